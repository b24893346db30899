// Names of the messages between processes of the desk. A message is a hint to look again.

/** Some venue's markets, fees or wallets were listed anew and differ from before. */
export const listingChannel = 'listing'

/** Books came onto the watchlist or left it. */
export const watchlistChannel = 'watchlist'

/** A loop worker says every second that it lives; the text is its name. */
export const loopWorkersChannel = 'loop-workers'
