/** Every link and socket address of this interface is made here. */

export const paths = {
  home: '/',
  signIn: '/sign-in',
  desk: (conference: string): string => `/desk/${encodeURIComponent(conference)}`,
  wall: (conference: string): string => `/wall/${encodeURIComponent(conference)}`,
  programKeys: '/keys',
  keyMap: '/key-map',
  debrief: (conference: string): string => `/desk/${encodeURIComponent(conference)}/debrief`,
  rooms: '/rooms',
  meetings: '/meetings',
  pastMeetings: '/past-meetings',
  pastMeeting: (meeting: string): string => `/past-meetings/${encodeURIComponent(meeting)}`,
  room: (room: string): string => `/rooms/${encodeURIComponent(room)}`,
} as const;

const socketBase = (): string => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}`;

export const sockets = {
  conference: (conference: string): string => `${socketBase()}/api/conferences/${encodeURIComponent(conference)}/events`,
  rooms: (): string => `${socketBase()}/api/rooms/events`,
} as const;

export const whepUrl = (mcu: string, conference: string, monitor: string): string =>
  `${mcu}/whep/${encodeURIComponent(conference)}/monitors/${monitor}`;

/** One site's own picture and sound, whatever is on air. */
export const siteWhepUrl = (mcu: string, conference: string, site: string): string =>
  `${mcu}/whep/${encodeURIComponent(conference)}/monitors/sites/${encodeURIComponent(site)}`;
