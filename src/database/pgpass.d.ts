declare module 'pgpass' {
  /** Calls back with the password of the first line that fits, of the file that PGPASSFILE names or `~/.pgpass`. */
  export default function pgpass(
    of: {
      readonly host: string;
      readonly port: number;
      readonly database: string | undefined;
      readonly user: string | undefined;
    },
    found: (password: string | undefined) => void,
  ): void;
}
