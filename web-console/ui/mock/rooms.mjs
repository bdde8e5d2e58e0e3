// Fake rooms for the room pages.
export const roomAnswer = () => null;
export const roomMessages = () => [];
