/** Pixels an inch at which pages of a PDF are drawn that are no scans. */
export const pdfDensity = 300
/** Exit code of decode-process.ts for a page of more pixels than are allowed. */
export const tooManyPixelsCode = 3
