import { createHash } from 'node:crypto';

/** MD5 in hex (32 characters) over the text as UTF-8, without a byte order mark and with every line end as \n. */
export function checksum(text: string): string {
  return md5(withoutByteOrderMark(text).replace(/\r\n?/g, '\n'));
}

/** MD5 in hex (32 characters) over the text as UTF-8. */
export function md5(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex');
}

/** The text without the byte order mark that some editors put first. */
export function withoutByteOrderMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
