/** Red, green and blue from 0 to 255. */
export type Rgb = readonly [number, number, number];

/** What terminals show as the 16 colours, in their order, unless the user chose others, and their backgrounds. */
export type Palette = {
  readonly name: string;
  readonly colors: readonly Rgb[];
  readonly dark: Rgb;
  readonly light: Rgb;
};

const white: Rgb = [255, 255, 255];
const black: Rgb = [0, 0, 0];

/** Sources: each terminal's own documentation or source; Wikipedia, "ANSI escape code", Colors; ethanschoonover.com/solarized. */
export const palettes: readonly Palette[] = [
  {
    name: 'xterm',
    colors: parse(
      '000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff',
    ),
    dark: black,
    light: white,
  },
  {
    name: 'VGA, and the console of Linux',
    colors: parse(
      '000000 aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa aaaaaa 555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff',
    ),
    dark: black,
    light: white,
  },
  {
    name: 'the old console of Windows',
    colors: parse(
      '000000 800000 008000 808000 000080 800080 008080 c0c0c0 808080 ff0000 00ff00 ffff00 0000ff ff00ff 00ffff ffffff',
    ),
    dark: black,
    light: white,
  },
  {
    name: 'Windows Terminal',
    colors: parse(
      '0c0c0c c50f1f 13a10e c19c00 0037da 881798 3a96dd cccccc 767676 e74856 16c60c f9f1a5 3b78ff b4009e 61d6d6 f2f2f2',
    ),
    dark: [12, 12, 12],
    light: white,
  },
  {
    name: 'Tango, as GNOME has it',
    colors: parse(
      '000000 cc0000 4e9a06 c4a000 3465a4 75507b 06989a d3d7cf 555753 ef2929 8ae234 fce94f 729fcf ad7fa8 34e2e2 eeeeec',
    ),
    dark: [48, 10, 36],
    light: white,
  },
  {
    name: 'Terminal of macOS',
    colors: parse(
      '000000 c23621 25bc24 adad27 492ee1 d338d3 33bbc8 cbcccd 818383 fc391f 31e722 eaec23 5833ff f935f8 14f0f0 e9ebeb',
    ),
    dark: black,
    light: white,
  },
  {
    name: 'Visual Studio Code',
    colors: parse(
      '000000 cd3131 0dbc79 e5e510 2472c8 bc3fbc 11a8cd e5e5e5 666666 f14c4c 23d18b f5f543 3b8eea d670d6 29b8db e5e5e5',
    ),
    dark: [30, 30, 30],
    light: white,
  },
  {
    name: 'Solarized',
    colors: parse(
      '073642 dc322f 859900 b58900 268bd2 d33682 2aa198 eee8d5 002b36 cb4b16 586e75 657b83 839496 6c71c4 93a1a1 fdf6e3',
    ),
    dark: [0, 43, 54],
    light: [253, 246, 227],
  },
];

function parse(hexes: string): readonly Rgb[] {
  return hexes.split(' ').map((hex) => {
    const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16);
    return [part(0), part(2), part(4)];
  });
}

/** How far apart two colours are to the eye, 1 to 21. Source: WCAG 2.1, "contrast ratio". */
export function contrast(one: Rgb, other: Rgb): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color: Rgb): number {
  const [red = 0, green = 0, blue = 0] = color.map((channel) => {
    const share = channel / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
