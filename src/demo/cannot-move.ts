/** What cannot be moved, in words for whoever asked for it. */
export class CannotMoveError extends Error {}
