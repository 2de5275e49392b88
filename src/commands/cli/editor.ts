import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Variables } from '../../config/target.ts';
import type { SourcePosition } from '../../errors.ts';

/**
 * Opens a file in $VISUAL, $EDITOR or vi, at its line where the editor is known to take one, and waits until it is
 * closed. True when the file changed. Rejects when the editor cannot be started.
 */
export async function editFile(
  cwd: string,
  variables: Variables,
  position: SourcePosition,
): Promise<boolean> {
  const [command = 'vi', ...given] = (variables.VISUAL || variables.EDITOR || 'vi').trim().split(/\s+/);
  const file = resolve(cwd, position.file);
  const before = await changedMs(file);
  await new Promise<void>((done, fail) => {
    const editor = spawn(command, [...given, ...lineArguments(command, file, position.line)], {
      cwd,
      stdio: 'inherit',
    });
    editor.on('error', () => fail(new Error(`${command} cannot be started: set VISUAL or EDITOR.`)));
    editor.on('close', () => done());
  });
  return (await changedMs(file)) !== before;
}

function lineArguments(command: string, file: string, line: number | undefined): readonly string[] {
  const name = command.split('/').at(-1) ?? command;
  if (line === undefined) return [file];
  if (/^(vi|vim|nvim|view|nano|emacs|emacsclient|micro|kak|joe|ed|ne|mg)$/.test(name))
    return [`+${line}`, file];
  if (/^(code|codium|cursor)$/.test(name)) return ['--wait', '--goto', `${file}:${line}`];
  return /^(hx|helix|subl|zed)$/.test(name) ? [`${file}:${line}`] : [file];
}

async function changedMs(file: string): Promise<number | null> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );
}
