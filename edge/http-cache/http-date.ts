// The three date formats of HTTP (RFC 9110 section 5.6.7). `Date.parse` takes far more, and a time that was not meant
// as one would make a response fresh.

const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const TIME = '\\d{2}:\\d{2}:\\d{2}';
const FIXED = new RegExp(`^${DAY}, \\d{2} ${MONTH} \\d{4} ${TIME} GMT$`);
const RFC_850 = new RegExp(
  `^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (\\d{2})-(${MONTH})-(\\d{2}) (${TIME}) GMT$`,
);
const ASCTIME = new RegExp(`^${DAY} (${MONTH}) ([ \\d]\\d) (${TIME}) (\\d{4})$`);

/** Milliseconds since the epoch; undefined when the text is no date of HTTP. */
export function parseHttpDate(text: string | null, now: number): number | undefined {
  if (text === null) return undefined;
  if (FIXED.test(text)) return finite(Date.parse(text));
  const [, day, month, year, time] = RFC_850.exec(text) ?? [];
  if (day !== undefined) {
    // Two digits that seem to be more than 50 years ahead are of the century before.
    const century = Math.floor(new Date(now).getUTCFullYear() / 100) * 100;
    const full = century + Number(year);
    const nearest = full > new Date(now).getUTCFullYear() + 50 ? full - 100 : full;
    return finite(Date.parse(`${day} ${month} ${nearest} ${time} GMT`));
  }
  const [, ansiMonth, ansiDay, ansiTime, ansiYear] = ASCTIME.exec(text) ?? [];
  if (ansiMonth === undefined) return undefined;
  return finite(Date.parse(`${ansiDay?.trim()} ${ansiMonth} ${ansiYear} ${ansiTime} GMT`));
}

const finite = (time: number): number | undefined => (Number.isFinite(time) ? time : undefined);
