// Days by the clocks of a place. The names of zones are checked where they are set.

/** "2025-11-20", the date that the clocks of the zone show. */
export const dateIn = (zone: string, at: Date): string =>
  new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(at)
