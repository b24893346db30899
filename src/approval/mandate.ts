// A standing yes to one route: given by a person, for a while, up to a total.

export type Mandate = {
  readonly id: string
  readonly route: string
  /** Whose yes it is; their own limits hold for every trade under it. */
  readonly person: string
  /** As audits record them: "discord:ann". */
  readonly by: string
  readonly capUsdt: number
  readonly usedUsdt: number
  readonly givenAt: Date
  readonly expiresAt: Date
  readonly revoked: { readonly at: Date; readonly by: string } | undefined
}

/** Whether a trade of this size fits under it now; the database says so again as it is granted. */
export const covers = (mandate: Mandate, route: string, notionalUsdt: number, now: Date): boolean =>
  mandate.route === route &&
  mandate.revoked === undefined &&
  mandate.expiresAt > now &&
  mandate.usedUsdt + notionalUsdt <= mandate.capUsdt
