import { useState } from 'react';

import { problemFrom } from '../../api/http';
import { askRoom } from '../../api/rooms';
import type { CommandState, RoomRequest, RoomResponse } from '../../api/rooms';
import { useWords } from '../../i18n/useWords';
import { commandKey } from '../../live/rooms';
import { textIn, useRooms } from './RoomsContext';

/** How the latest ask of a control is doing. */
export type Outcome =
  | { state: 'idle' }
  | { state: 'sending' }
  | { state: 'refused'; text: string }
  | { state: 'done' }
  | { state: 'command'; id: number };

export type Ask = {
  outcome: Outcome;
  /** Of the command accepted last, as the room tells it. */
  command: CommandState | null;
  isPending: boolean;
  ask: (request: RoomRequest) => Promise<RoomResponse | null>;
};

const isUnderWay = (state: CommandState | null): boolean =>
  state === null || state.state === 'queued' || state.state === 'sent' || state.state === 'acked';

/** Asks a room, and follows what becomes of it. */
export function useAsk(room: string): Ask {
  const { language, problemText } = useWords();
  const [outcome, setOutcome] = useState<Outcome>({ state: 'idle' });
  const id = outcome.state === 'command' ? outcome.id : null;
  const command = useRooms((state) => (id === null ? null : (state.commands[commandKey(room, id)] ?? null)));

  const ask = async (request: RoomRequest): Promise<RoomResponse | null> => {
    setOutcome({ state: 'sending' });
    try {
      const response = await askRoom(room, request);
      if (response.answer === 'accepted') setOutcome({ state: 'command', id: response.id });
      else if (response.answer === 'refused') setOutcome({ state: 'refused', text: textIn(language, response.text) });
      else setOutcome({ state: 'done' });
      return response;
    } catch (error) {
      setOutcome({ state: 'refused', text: problemText(problemFrom(error)) });
      return null;
    }
  };

  const isPending = outcome.state === 'sending' || (outcome.state === 'command' && isUnderWay(command));
  return { outcome, command, isPending, ask };
}
