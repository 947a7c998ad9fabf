// Okabe and Ito's palette, safe for colour-blind people, in an order that keeps neighbours apart.
const PALETTE = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#7b61a8', '#8a8a2b', '#4d4d4d']

const known = new Map<string, string>()

/** A team has one colour on every page. */
export function colourOf(id: string): string {
  let colour = known.get(id)
  if (!colour) {
    colour = PALETTE[known.size % PALETTE.length]!
    known.set(id, colour)
  }
  return colour
}
