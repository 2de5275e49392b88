import { writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { RunReport } from '../../apply/event.ts';
import { makeDirectory } from '../../make-directory.ts';
import { renderRunReportJson } from '../../render/json.ts';

const folder = '.trueup/runs';

/**
 * Writes what a run did into the project, as `trueup apply -o` does: `.trueup/runs/20261121T172533-1a2b3c4d.json`, by the
 * time that it began. Returns its path within the project; null where it cannot be written. Git is told to leave it out.
 */
export async function keepReport(root: string, report: RunReport): Promise<string | null> {
  const moment = report.startedAt.replace(/\..*$/, '').replace(/[^\dT]/g, '');
  const file = posix.join(folder, `${moment}-${report.runId.slice(0, 8)}.json`);
  try {
    await makeDirectory(join(root, folder));
    await writeFile(join(root, folder, '.gitignore'), '*\n');
    await writeFile(join(root, file), renderRunReportJson(report));
    return file;
  } catch {
    // The history has the run as well.
    return null;
  }
}
