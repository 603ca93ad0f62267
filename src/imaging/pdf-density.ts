/** Pixels an inch at which pages of a PDF are drawn that are no scans. */
export const pdfDensity = 300
