/**
 * The version of what page and server say to each other (routes.ts). The server says its own with every answer; a page of
 * another one draws no more, saves what it holds and asks to be loaded anew.
 */

/** One more with every change of what is said: protocol.test.ts notices where it was forgotten. */
export const protocolVersion = 3;

/** Of the server's answers. */
export const protocolHeader = "x-delineate-protocol";
