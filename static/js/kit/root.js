/** The path below which the site stands; an empty text where it has a host of its own. */
export const ROOT = globalThis.document?.querySelector('meta[name="root"]')?.getAttribute("content") ?? "";
