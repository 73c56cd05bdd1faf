/** A command that sends the same bytes; it needs nothing but bash and curl. */
export function asCurl(bytes: Buffer, port: number): string {
  const shown = bytes.subarray(0, shownBytesMax);
  const text = [...shown].map(escaped).join('');
  const more = bytes.length > shown.length ? `  # and ${bytes.length - shown.length} bytes more` : '';
  return `printf '%b' '${text}' | curl -s --max-time 2 telnet://127.0.0.1:${port}${more}`;
}

const shownBytesMax = 4000;

function escaped(byte: number): string {
  const character = String.fromCharCode(byte);
  if (byte >= 0x20 && byte < 0x7f && character !== "'" && character !== '\\') return character;
  // Octal: in hexadecimal, a digit that follows would be taken for one of the number.
  return `\\0${byte.toString(8).padStart(3, '0')}`;
}
