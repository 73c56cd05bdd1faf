// Control's own log, as the parts of the platform see it; pino behind it.

export interface PlatformLog {
  info(message: string, details?: object): void;
  warn(message: string, details?: object): void;
  error(message: string, details?: object): void;
}
