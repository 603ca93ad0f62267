/** Class names of a style sheet as the components of react-aria take them: a name that is not there is a fault of ours, not a case. */
export const classNames = (sheet: Readonly<Record<string, string>>): Readonly<Record<string, any>> => sheet
