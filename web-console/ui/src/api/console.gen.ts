// Made by tools/openapi from the OpenAPI document; do not edit.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description One command to one device. */
        Act: {
            /** @description Parameters by name. */
            args?: {
                [key: string]: unknown;
            };
            /** @description Name of the command in its declaration. */
            command: string;
            /** @description Which. */
            device: components["schemas"]["DeviceId"];
        };
        /** @description A fault at work in a room. */
        ActiveFault: {
            /** @description What. */
            fault: components["schemas"]["Fault"];
            /**
             * Format: int64
             * @description Number in the room.
             */
            id: number;
            /**
             * Format: int32
             * @description Of its chance.
             */
            seed: number;
            /**
             * Format: int64
             * @description Room's clock when it began, ms since 1970.
             */
            since_ms: number;
            /**
             * Format: int64
             * @description When it ends by itself, ms since 1970.
             */
            until_ms: number;
        };
        /** @description When an injection begins. */
        Begin: {
            /** @enum {string} */
            when: "now";
        } | {
            /**
             * Format: int32
             * @description 1 to 60.
             */
            minutes: number;
            /** @enum {string} */
            when: "within";
        };
        /** @description A site that can be booked. */
        BookableSite: {
            /** @description `main_hall`, `branch`, `executive` or `upper`. */
            kind: string;
            /** @description Chinese name. */
            name: string;
            /** @description English name. */
            name_en: string;
            /** @description Its id. */
            site: string;
        };
        /** @description A booking as told. */
        Booking: {
            /** @description Account that changed it last. */
            author: string;
            /** @description What. */
            booking: components["schemas"]["BookingBody"];
            /** @description Nothing of it will be opened. */
            cancelled: boolean;
            /**
             * Format: int64
             * @description When, ms since 1970.
             */
            changed_at_ms: number;
            /** @description Its id. */
            id: string;
            /** @description Its occurrences that lie in the span asked for. */
            occurrences: components["schemas"]["Occurrence"][];
            /**
             * Format: int64
             * @description Counts its changes, from 1.
             */
            rev: number;
        };
        /** @description What is booked; body of `POST /api/bookings` and `/api/bookings/check`. */
        BookingBody: {
            /** @description Those that are not as the others. */
            exceptions?: components["schemas"]["Exception"][];
            /** @description What. */
            meeting: components["schemas"]["Meeting"];
            recurrence?: components["schemas"]["Recurrence"] | null;
            /** @description Start of the first, in the configured time zone, `YYYY-MM-DDTHH:MM`. */
            start: string;
        };
        /** @description Answer to `GET /api/bookings`. */
        BookingList: {
            /** @description Those with an occurrence in the span asked for, by their first there. */
            bookings: components["schemas"]["Booking"][];
            /**
             * Format: int32
             * @description Minutes before the start at which sites are called unless a meeting says otherwise.
             */
            call_before_min: number;
            /**
             * Format: int64
             * @description The console's clock, ms since 1970.
             */
            now_ms: number;
            /** @description The sites that can be booked, in fixed order. */
            sites: components["schemas"]["BookableSite"][];
            /** @description Name of the time zone in which starts are written. */
            time_zone: string;
        };
        /** @description Answer to `POST /api/bookings/check`. */
        CheckAnswer: {
            /** @description What is in the way, by time; at most 50. Empty when it can be booked. */
            clashes: components["schemas"]["Clash"][];
            /**
             * Format: int64
             * @description Start of the first and of the last, ms since 1970.
             */
            first_at_ms: number;
            /**
             * Format: int64
             * @description Start at which the first occurrence that clashes would be free, ms since 1970; `null` when nothing clashes or no time would do.
             */
            free_at_ms?: number | null;
            /**
             * Format: int64
             * @description See `first_at_ms`.
             */
            last_at_ms: number;
            /** @description Who holds which site of the city, wanted or not, the first of each; so that a list of sites can be marked. */
            marks: components["schemas"]["Clash"][];
            /**
             * Format: int32
             * @description Occurrences there would be.
             */
            occurrences: number;
        };
        /** @description Body of `POST /api/bookings/check`. */
        CheckBooking: {
            /** @description What shall be booked. */
            booking: components["schemas"]["BookingBody"];
            /** @description A booking that does not count, because this takes its place. */
            instead_of?: string | null;
        };
        /** @description One thing in the way of one occurrence. */
        Clash: {
            /** @description Who holds it; for the MCU's limits, whoever of them is over first. */
            held_by: components["schemas"]["Holder"];
            /** @description What is not free. */
            over: components["schemas"]["ClashOver"];
            /** @description Of which occurrence. */
            slot: string;
            /**
             * Format: int64
             * @description Its start, ms since 1970.
             */
            starts_at_ms: number;
        };
        /** @description What is not free. */
        ClashOver: {
            /** @enum {string} */
            over: "site";
            /** @description Which. */
            site: string;
        } | {
            /** @enum {string} */
            over: "terminal";
            /** @description Which site of this meeting. */
            site: string;
            /** @description Which terminal. */
            terminal: string;
        } | {
            /**
             * Format: int32
             * @description Seats left beside the others.
             */
            left: number;
            /** @enum {string} */
            over: "seats";
            /**
             * Format: int32
             * @description Seats wanted by this meeting.
             */
            wanted: number;
        } | {
            /**
             * Format: int32
             * @description How many may run at once.
             */
            limit: number;
            /** @enum {string} */
            over: "conferences";
        };
        /** @description A command as data. */
        CommandDecl: {
            /** @description Care. */
            danger: components["schemas"]["Danger"];
            /**
             * Format: int32
             * @description How long it usually takes, ms.
             */
            expected_ms: number;
            /** @description Ends by itself after 10 s unless renewed (a move held by a finger). */
            held: boolean;
            /** @description Label. */
            label: components["schemas"]["Text"];
            /** @description Name in the request, e.g. `recall_preset`. */
            name: string;
            /** @description Parameters in order. */
            params: components["schemas"]["ParamDecl"][];
            /**
             * @description The property whose report proves it; `null` when the device's completion is the proof. A part `{name}` stands for the parameter of that
             *     name: `level.{channel}`. The one parameter that is no part of it is the property's value.
             */
            proof?: string | null;
        };
        /** @description Life of a command. */
        CommandState: {
            /** @enum {string} */
            state: "queued";
        } | {
            /** @enum {string} */
            state: "sent";
        } | {
            /** @enum {string} */
            state: "acked";
        } | {
            /**
             * Format: int64
             * @description From request to proof.
             */
            after_ms: number;
            /** @enum {string} */
            state: "confirmed";
        } | {
            /**
             * Format: int64
             * @description From request to sending.
             */
            after_ms: number;
            /** @enum {string} */
            state: "unproved";
        } | {
            /** @description Why. */
            reason: components["schemas"]["Text"];
            /** @enum {string} */
            state: "rejected";
        } | {
            /** @description What to do. */
            reason: components["schemas"]["Text"];
            /** @enum {string} */
            state: "timed_out";
        } | {
            /** @enum {string} */
            state: "superseded";
        };
        /** @description The round under way or the last one. */
        CurrentRound: {
            round?: components["schemas"]["SceneRound"] | null;
        };
        /**
         * @description How careful one has to be.
         * @enum {string}
         */
        Danger: "none" | "confirm";
        /** @description The whole debrief. */
        Debrief: {
            /**
             * Format: int32
             * @description Microphones that were opened by a rule although it asked nobody: none in a sound conference.
             */
            mutes_lost: number;
            /**
             * Format: int64
             * @description The program had no living picture for so many ms in all.
             */
            no_picture_ms: number;
            /** @description In the order of their beginning. */
            rows: components["schemas"]["Row"][];
            /** @description The table's last line. */
            score: components["schemas"]["Score"];
            /** @description In order. */
            wrong_cuts: components["schemas"]["WrongCut"][];
        };
        /** @description A device's name inside its room, e.g. `camera-front`. */
        DeviceId: string;
        /**
         * @description Capability class.
         * @enum {string}
         */
        DeviceKind: "camera" | "projector" | "display" | "matrix" | "mixer" | "lights" | "discussion" | "led_board" | "power";
        /** @description A device with everything a screen needs. */
        DeviceSnapshot: {
            /** @description What it can do. */
            commands: components["schemas"]["CommandDecl"][];
            /** @description Its id. */
            device: components["schemas"]["DeviceId"];
            /** @description Protocol driver, e.g. `visca`. */
            driver: string;
            /** @description Link and supervision. */
            health: components["schemas"]["Health"];
            /** @description Capability class. */
            kind: components["schemas"]["DeviceKind"];
            /** @description Presets, inputs and the like: value → label, by property name. */
            labels: {
                [key: string]: [
                    unknown,
                    {
                        /** @description English */
                        en: string;
                        /** @description 中文 */
                        zh: string;
                    }
                ][];
            };
            /** @description Its name. */
            name: components["schemas"]["Text"];
            /** @description By name, e.g. `power`, `preset`, `level.3`. */
            properties: {
                [key: string]: components["schemas"]["PropertySnapshot"];
            };
            /** @description A simulator, not a device. */
            simulated: boolean;
        };
        /** @description What somebody does in the discussion. */
        DiscussionAct: {
            /** @enum {string} */
            act: "request";
            /**
             * Format: int32
             * @description Which.
             */
            seat: number;
        } | {
            /** @enum {string} */
            act: "withdraw";
            /**
             * Format: int32
             * @description Which.
             */
            seat: number;
        } | {
            /** @enum {string} */
            act: "grant";
            /**
             * Format: int32
             * @description Which.
             */
            seat: number;
        } | {
            /** @enum {string} */
            act: "close";
            /**
             * Format: int32
             * @description Which.
             */
            seat: number;
        } | {
            /** @enum {string} */
            act: "next";
        } | {
            /** @enum {string} */
            act: "all_off";
        } | {
            /** @enum {string} */
            act: "clear_requests";
        } | {
            /** @enum {string} */
            act: "set_mode";
            /** @description Which. */
            mode: components["schemas"]["DiscussionMode"];
        } | {
            /** @enum {string} */
            act: "set_speech_limit";
            /**
             * Format: int32
             * @description s, 10 to 7200; `null`: none.
             */
            seconds?: number | null;
        } | {
            /** @enum {string} */
            act: "follow";
            /** @description Whether. */
            on: boolean;
        } | {
            /** @enum {string} */
            act: "open_vote";
            /** @description What is voted on, 1 to 60 characters. */
            title: string;
        } | {
            /**
             * Format: int32
             * @description 弃权
             */
            abstain: number;
            /** @enum {string} */
            act: "count_vote";
            /**
             * Format: int32
             * @description 反对
             */
            no: number;
            /**
             * Format: int32
             * @description 赞成
             */
            yes: number;
        } | {
            /** @enum {string} */
            act: "close_vote";
        };
        /**
         * @description Who decides who speaks.
         * @enum {string}
         */
        DiscussionMode: "open" | "fifo" | "approval" | "voice" | "ptt" | "limited";
        /** @description One seat. */
        DiscussionSeat: {
            /** @description The chair's: not counted among the open ones. */
            is_chair: boolean;
            /** @description The seat's unit is gone. */
            is_lost: boolean;
            /** @description Who sits there. */
            name: components["schemas"]["Text"];
            /** @description Whether its microphone is open, by the device's own report; `null` when nobody knows. */
            open?: boolean | null;
            /**
             * Format: int32
             * @description Place in the queue from 1.
             */
            place?: number | null;
            /**
             * Format: int32
             * @description Its number.
             */
            seat: number;
            /**
             * Format: int64
             * @description Since when it speaks, ms since 1970.
             */
            speaking_since_ms?: number | null;
            /** @description What was asked for and is not reported yet. */
            wanted?: boolean | null;
        };
        /** @description The discussion. */
        DiscussionSnapshot: {
            /** @description The central unit, or the mixer whose channels are the microphones. */
            device: components["schemas"]["DeviceId"];
            /** @description Whether the camera follows the open microphone; `null` in a room without shots. */
            follows?: boolean | null;
            /** @description The room keeps rules and queue itself, because the device has none. */
            is_own: boolean;
            /**
             * Format: int32
             * @description Delegates' microphones open at once, where it is known.
             */
            max_open?: number | null;
            mode?: components["schemas"]["DiscussionMode"] | null;
            /** @description Modes that can be chosen. */
            modes: components["schemas"]["DiscussionMode"][];
            /** @description By number; the seats of the configuration and those the central unit told of. */
            seats: components["schemas"]["DiscussionSeat"][];
            /**
             * Format: int32
             * @description Longest speech, s; `null`: no limit. A longer one is marked.
             */
            speech_limit_s?: number | null;
            vote?: components["schemas"]["Vote"] | null;
        };
        /** @description One of a series that is not as the others. */
        Exception: {
            /** @description Its own start, `YYYY-MM-DDTHH:MM`; `null` is cancelled. */
            moved_to?: string | null;
            /** @description The day on which it would be, `YYYY-MM-DD`; names it for good. */
            slot: string;
        };
        /** @description An exercise as listed. */
        ExerciseInfo: {
            /** @description Its name in the request. */
            exercise: string;
            /**
             * Format: int32
             * @description Longest it takes, s.
             */
            for_s: number;
            /** @description What is done. */
            text: components["schemas"]["Text"];
            /** @description As shown. */
            title: components["schemas"]["Text"];
        };
        /** @description Body of `POST /api/conferences/{id}/rehearsal/exercises`. */
        ExerciseOrder: {
            /** @description Which. */
            exercise: string;
            /** @description Only its author sees what is to come. */
            hidden?: boolean;
            /**
             * Format: int32
             * @description The same seed gives the same exercise.
             */
            seed: number;
        };
        /** @description What goes wrong in a simulated room. All of it is done to the bytes that leave the terminal, so that nobody can see the injection itself. */
        Fault: {
            /** @enum {string} */
            fault: "picture_black";
        } | {
            /** @enum {string} */
            fault: "picture_frozen";
        } | {
            /** @enum {string} */
            fault: "picture_none";
        } | {
            /** @enum {string} */
            fault: "mic_dead";
        } | {
            /** @enum {string} */
            fault: "sound_howling";
            /**
             * Format: int32
             * @description Of the tone, 250 to 5000 Hz.
             */
            frequency_hz: number;
        } | {
            /** @enum {string} */
            fault: "sound_noise";
            /**
             * Format: int32
             * @description −50 to −6 dBFS.
             */
            level_dbfs: number;
        } | {
            /** @enum {string} */
            fault: "sound_clipping";
        } | {
            /**
             * Format: int32
             * @description 500 to 30 000 ms beside the natural delay.
             */
            delay_ms: number;
            /** @enum {string} */
            fault: "answer_late";
        } | {
            /** @enum {string} */
            fault: "answer_none";
        } | {
            /** @description In bursts of 8 packets on average instead of singly. */
            burst?: boolean;
            /** @enum {string} */
            fault: "line_loss";
            /**
             * Format: int32
             * @description 1 to 80 %, both ways.
             */
            percent: number;
        } | {
            /**
             * Format: int32
             * @description One way, 10 to 2000 ms.
             */
            delay_ms: number;
            /** @enum {string} */
            fault: "line_delay";
            /**
             * Format: int32
             * @description To both sides, 0 to 500 ms.
             */
            jitter_ms?: number;
        } | {
            /** @enum {string} */
            fault: "line_rate";
            /**
             * Format: int32
             * @description Each way, 64 to 20 000 kbit/s.
             */
            kbps: number;
        } | {
            /** @enum {string} */
            fault: "line_cut";
        } | {
            /** @enum {string} */
            fault: "power_cut";
        };
        /** @description A fault as data, for screens and checks. */
        FaultDecl: {
            /** @description Name in the request. */
            fault: string;
            /** @description What it strikes. */
            group: components["schemas"]["FaultGroup"];
            /** @description Label. */
            label: components["schemas"]["Text"];
            /** @description Parameters in order. */
            params: components["schemas"]["ParamDecl"][];
        };
        /**
         * @description What a fault strikes.
         * @enum {string}
         */
        FaultGroup: "picture" | "sound" | "answer" | "line" | "power";
        /** @description What was done after a fault began. */
        FaultResponse: {
            /**
             * Format: int64
             * @description Seconds after.
             */
            after_s: number;
            /** @description By whom. */
            author: string;
            /** @description In words. */
            text: components["schemas"]["MeetingText"];
        };
        /** @description 故障 */
        FaultRow: {
            /** @description What. */
            fault: components["schemas"]["MeetingFault"];
            /**
             * Format: int64
             * @description When it was reported, ms since 1970.
             */
            from_ms: number;
            response?: components["schemas"]["FaultResponse"] | null;
            /** @description Where. */
            site: components["schemas"]["SiteId"];
            /**
             * Format: int64
             * @description When it was over; `null` when it lasted to the end.
             */
            to_ms?: number | null;
        };
        /** @description From the console. */
        FromConsole: {
            /** @description Who, for the room's audit. */
            actor: string;
            /** @enum {string} */
            from: "ask";
            /**
             * Format: int64
             * @description Number for the answer.
             */
            request: number;
            /** @description What. */
            what: components["schemas"]["RoomRequest"];
        } | (components["schemas"]["SeatWord"] & {
            /** @enum {string} */
            from: "seat";
        }) | {
            /** @description Who. */
            actor: string;
            /** @enum {string} */
            from: "release";
        };
        /** @description From the room. */
        FromRoom: {
            /** @enum {string} */
            from: "hello";
            /** @description Which room; must be the token's. */
            room: components["schemas"]["RoomId"];
            /**
             * Format: int32
             * @description Must equal [`UPLINK_VERSION`].
             */
            version: number;
        } | (components["schemas"]["RoomSnapshot"] & {
            /** @enum {string} */
            from: "snapshot";
        }) | {
            /** @enum {string} */
            from: "response";
            /**
             * Format: int64
             * @description Of the ask.
             */
            request: number;
            /** @description The answer. */
            response: components["schemas"]["RoomResponse"];
        } | {
            /** @enum {string} */
            from: "command";
            /**
             * Format: int64
             * @description From [`RoomResponse::Accepted`].
             */
            id: number;
            /** @description How far. */
            state: components["schemas"]["CommandState"];
        } | {
            /** @enum {string} */
            from: "seat_refused";
            /** @description What is wrong in it. */
            reason: components["schemas"]["Text"];
            /**
             * Format: int64
             * @description Of that word.
             */
            revision: number;
        };
        /** @description Life of a device's link. */
        Health: {
            /** @enum {string} */
            state: "disabled";
        } | {
            /** @enum {string} */
            state: "connecting";
        } | {
            /** @enum {string} */
            state: "authenticating";
        } | {
            /** @enum {string} */
            state: "syncing";
        } | {
            /** @enum {string} */
            state: "online";
        } | {
            /** @description What is wrong. */
            reason: components["schemas"]["Text"];
            /** @enum {string} */
            state: "degraded";
        } | {
            /** @description Stable code, e.g. `room.link.timeout`. */
            code: string;
            /**
             * Format: int64
             * @description Next attempt, ms since 1970.
             */
            next_try_ms: number;
            /** @description Why, and what to do. */
            reason: components["schemas"]["Text"];
            /**
             * Format: int64
             * @description Since when, ms since 1970.
             */
            since_ms: number;
            /** @enum {string} */
            state: "lost";
        };
        /** @description Who holds something. */
        Holder: {
            /** @description Account that booked it. */
            author: string;
            /** @description Id of the booking. */
            booking: string;
            /** @description Its title. */
            title: string;
            /**
             * Format: int64
             * @description Until when, ms since 1970.
             */
            until_ms: number;
        };
        /** @description One injection as told. */
        InjectionInfo: {
            /** @description Who ordered it. */
            author: string;
            /**
             * Format: int64
             * @description When it began.
             */
            began_ms?: number | null;
            /**
             * Format: int64
             * @description When it shall begin, ms since 1970.
             */
            due_ms: number;
            /**
             * Format: int64
             * @description When it ended.
             */
            ended_ms?: number | null;
            /** @description The exercise it belongs to; empty when none. */
            exercise: string;
            /** @description What. */
            fault: components["schemas"]["Fault"];
            /**
             * Format: int32
             * @description For how long, s.
             */
            for_s: number;
            /** @description Only its author sees it before it is over. */
            hidden: boolean;
            /**
             * Format: int32
             * @description Number.
             */
            id: number;
            /** @description Why it was not taken: a code. */
            note: string;
            /** @description Whose room. */
            site: string;
            /** @description `planned`, `active`, `ended`, `refused`, `cancelled`. */
            state: string;
        };
        /** @description Body of `POST /api/conferences/{id}/rehearsal/injections`. */
        InjectionOrder: {
            /** @description When. */
            begin: components["schemas"]["Begin"];
            /** @description What. */
            fault: components["schemas"]["Fault"];
            /**
             * Format: int32
             * @description 1 to 1800 s.
             */
            for_s: number;
            /** @description Only its author sees it before it is over. */
            hidden?: boolean;
            /**
             * Format: int32
             * @description Of all chance in it; `null` takes one by the clock.
             */
            seed?: number | null;
            /** @description Into whose rooms. */
            sites: string[];
        };
        /** @description A document as told. */
        LibraryDocument: {
            /** @description Account that changed it last. */
            author: string;
            /**
             * Format: int64
             * @description When, ms since 1970.
             */
            changed_at_ms: number;
            /** @description Its name within its kind. */
            name: string;
            /**
             * Format: int64
             * @description Counts its changes, from 1.
             */
            rev: number;
            /** @description Its content; left out for people who may name documents but not see the desk. */
            value?: Record<string, never> | null;
        };
        /** @description Answer to `GET /api/library/{kind}`. */
        LibraryDocuments: {
            /** @description By name. */
            documents: components["schemas"]["LibraryDocument"][];
        };
        /**
         * @description What a document is.
         * @enum {string}
         */
        LibraryKind: "layout" | "plan" | "run_sheet" | "key_map" | "template";
        /** @description Body of `POST /api/bookings/now`. */
        MeetNow: {
            /** @description Chosen by the page, so that a repeated request books once: 8 to 32 lower-case letters and digits. */
            request_id: string;
            /** @description Name of the template. */
            template: string;
            /** @description In place of the template's title. */
            title?: string | null;
        };
        /** @description What is held, in a booking as in a template. */
        Meeting: {
            /** @description The conference ends by itself at its planned end. */
            auto_end?: boolean;
            /**
             * Format: int32
             * @description Minutes before the start at which the sites are called; `null` is the configured number.
             */
            call_before_min?: number | null;
            /** @description 密级标识 drawn into pictures; `null` is none. */
            classification?: string | null;
            /** @description Layout of the library that is shown where nothing else is; `null` is the automatic one. */
            layout?: string | null;
            /** @description 直播 is wished; the operator starts it. */
            live?: boolean;
            /** @description One of them. */
            main_site: string;
            /** @description Which state a joiner's microphone gets: `open` or `closed`. */
            mute_on_join?: string;
            /**
             * Format: int32
             * @description Planned length in minutes.
             */
            planned_min: number;
            /** @description Emergency plans of the library that are armed at the start. */
            plans?: string[];
            /** @description 录制 is wished; the operator starts it. */
            record?: boolean;
            /** @description Run sheet of the library that is loaded at the start. */
            run_sheet?: string | null;
            /** @description Its sites; kept in the fixed site order whatever the order given. */
            sites: string[];
            /** @description Title as shown on screen. */
            title: string;
        };
        /**
         * @description What can be wrong with a site although it is joined.
         * @enum {string}
         */
        MeetingFault: "picture_black" | "picture_frozen" | "sound_silent" | "sound_clipping" | "sound_howling" | "loss_high" | "line_sound_only" | "cannot_decode" | "line_thin" | "sends_small";
        /** @description Figures of the head. */
        MeetingFigures: {
            /**
             * Format: int32
             * @description Changes made by people at the desk.
             */
            acts: number;
            /**
             * Format: int32
             * @description Of these, who were there at all.
             */
            attended: number;
            /**
             * Format: int32
             * @description Mean of the sites' availability in ‰; `null` when none is known.
             */
            availability_permille?: number | null;
            /**
             * Format: int64
             * @description When it was opened.
             */
            began_ms: number;
            /**
             * Format: int32
             * @description Faults begun.
             */
            faults: number;
            /**
             * Format: int32
             * @description Sites that had a seat.
             */
            invited: number;
            longest_outage?: components["schemas"]["SiteOutage"] | null;
            /**
             * Format: int64
             * @description The first planned time of the run sheet, ms since 1970; `null` without one.
             */
            planned_begin_ms?: number | null;
            /**
             * Format: int64
             * @description The planned end as set last.
             */
            planned_end_ms?: number | null;
            /**
             * Format: int64
             * @description When it ended; while it runs, up to when this report goes.
             */
            until_ms: number;
        };
        /** @description A time for which something is not known. */
        MeetingGap: {
            /** @description When; empty for facts of which not even the time is known. */
            span: components["schemas"]["TimeSpan"];
            /** @description What, in words. */
            text: components["schemas"]["MeetingText"];
        };
        /** @description Body of `GET /api/meetings/{id}/report`. */
        MeetingReport: {
            /** @description What to do before the next meeting. */
            advice: components["schemas"]["MeetingText"][];
            /** @description Sites in their fixed order. */
            attendance: components["schemas"]["SiteAttendance"][];
            /** @description Whose content was shown. */
            content: components["schemas"]["ShownStretch"][];
            /** @description Faults. */
            faults: components["schemas"]["FaultRow"][];
            /** @description Figures. */
            figures: components["schemas"]["MeetingFigures"];
            /** @description What is not known. */
            gaps: components["schemas"]["MeetingGap"][];
            /** @description Which meeting. */
            meeting: components["schemas"]["PastMeeting"];
            /** @description For the minutes. */
            minutes: components["schemas"]["MinutesDraft"];
            /** @description Recordings and live streams, as they were wanted. */
            outputs: components["schemas"]["OutputRow"][];
            /** @description Plans. */
            plans: components["schemas"]["PlanRow"][];
            /** @description What was on air. */
            program: components["schemas"]["ShownStretch"][];
            /** @description Roll calls. */
            roll_calls: components["schemas"]["RollCallRecord"][];
            /** @description Run sheet. */
            run_sheet: components["schemas"]["StepRow"][];
            /** @description Who spoke. */
            speeches: components["schemas"]["SpeechRow"][];
            /** @description What happened. */
            timeline: components["schemas"]["TimelineLine"][];
        };
        /** @description A text in both languages. */
        MeetingText: {
            /** @description English */
            en: string;
            /** @description 中文 */
            zh: string;
        };
        /** @description 会议纪要, what is known for it. */
        MinutesDraft: {
            /** @description Sites that were not. */
            absent: components["schemas"]["SiteId"][];
            /** @description Items that were gone through. */
            agenda: string[];
            /** @description Who presided, else the main hall. */
            host: components["schemas"]["MeetingText"];
            /** @description The main hall. */
            place: components["schemas"]["MeetingText"];
            /** @description Sites that were there. */
            present: components["schemas"]["SiteId"][];
        };
        /** @description A conference named for people. */
        NamedConference: {
            /** @description Its id. */
            conference: string;
            /** @description Its title; the id while the MCU has not told it. */
            title: string;
        };
        /** @description Body of `POST /api/templates`. */
        NewTemplate: {
            /** @description What. */
            meeting: components["schemas"]["Meeting"];
            /** @description Its name. */
            name: string;
        };
        /** @description One run of a booking. */
        Occurrence: {
            /**
             * Format: int64
             * @description When its sites are called, ms since 1970.
             */
            calls_at_ms: number;
            /** @description Id of its conference at the MCU. */
            conference: string;
            /**
             * Format: int64
             * @description Planned end.
             */
            ends_at_ms: number;
            /** @description While it is held: where the room of each of its sites is. Left out otherwise. */
            places?: components["schemas"]["SitePlace"][];
            /** @description The day on which it would be; names it within its booking. */
            slot: string;
            /**
             * Format: int64
             * @description Planned start.
             */
            starts_at_ms: number;
            /** @description How it stands. */
            state: components["schemas"]["OccurrenceState"];
        };
        /** @description How an occurrence stands. */
        OccurrenceState: {
            /** @enum {string} */
            state: "planned";
        } | {
            /** @enum {string} */
            state: "cancelled";
        } | {
            /**
             * Format: int64
             * @description When the next try is, ms since 1970.
             */
            next_try_at_ms: number;
            /** @enum {string} */
            state: "opening";
            /**
             * Format: int32
             * @description Tries that failed.
             */
            tries: number;
            waits_for?: components["schemas"]["Reason"] | null;
        } | {
            /** @enum {string} */
            state: "running";
            waits_for?: components["schemas"]["Reason"] | null;
            /** @description What of its preparations the MCU refused; the conference runs without. */
            warnings: components["schemas"]["Reason"][];
        } | {
            /** @enum {string} */
            state: "ended";
        } | {
            /** @description Why. */
            reason: components["schemas"]["Reason"];
            /** @enum {string} */
            state: "failed";
        } | {
            /** @enum {string} */
            state: "missed";
        };
        /** @description 录制 or 直播 */
        OutputRow: {
            /** @description The live stream, else the recording. */
            live: boolean;
            /** @description The recording stood still. */
            paused: boolean;
            /** @description When. */
            span: components["schemas"]["TimeSpan"];
        };
        /** @description One parameter of a command. */
        ParamDecl: {
            /** @description Type and range. */
            kind: components["schemas"]["ParamKind"];
            /** @description Label. */
            label: components["schemas"]["Text"];
            /** @description Name in the request. */
            name: string;
        };
        /** @description Type and range of a parameter. */
        ParamKind: {
            /** @enum {string} */
            type: "bool";
        } | {
            /**
             * Format: int32
             * @description Digits after the point: the value counts in tenths of the unit for 1.
             */
            decimals?: number;
            /**
             * Format: int64
             * @description Most.
             */
            max: number;
            /**
             * Format: int64
             * @description Least.
             */
            min: number;
            /** @enum {string} */
            type: "int";
            /** @description Unit as written on screen; may be empty. */
            unit: string;
        } | {
            /**
             * Format: int32
             * @description Most characters.
             */
            max: number;
            /** @enum {string} */
            type: "text";
        } | {
            /** @description Words with their labels. */
            options: [
                string,
                {
                    /** @description English */
                    en: string;
                    /** @description 中文 */
                    zh: string;
                }
            ][];
            /** @enum {string} */
            type: "choice";
        };
        /** @description How one room is doing. */
        Part: {
            /** @enum {string} */
            state: "waiting";
        } | {
            /**
             * Format: int64
             * @description When, ms since 1970.
             */
            at_ms: number;
            /** @description It was away when the round began. */
            late: boolean;
            /** @enum {string} */
            state: "told";
        } | {
            /** @description Why. */
            reason: components["schemas"]["Text"];
            /** @enum {string} */
            state: "refused";
        } | {
            /** @description Which scene. */
            scene: string;
            /** @enum {string} */
            state: "overtaken";
        } | {
            /** @enum {string} */
            state: "dropped";
        };
        /** @description A meeting in a list. */
        PastMeeting: {
            /** @description The conference's id on the MCU. */
            conference: string;
            /**
             * Format: int64
             * @description Milliseconds since 1970; `null` while it runs, or when nobody saw it.
             */
            ended_at_ms?: number | null;
            /** @description Names it in paths. */
            id: string;
            /**
             * Format: int64
             * @description Milliseconds since 1970.
             */
            opened_at_ms: number;
            /**
             * Format: int64
             * @description When it was last heard of, ms since 1970.
             */
            seen_ms: number;
            /** @description How far it is. */
            state: components["schemas"]["PastMeetingState"];
            /** @description Title. */
            title: string;
        };
        /**
         * @description How far the meeting is known to be.
         * @enum {string}
         */
        PastMeetingState: "running" | "ended" | "lost";
        /** @description Body of `GET /api/meetings`. */
        PastMeetings: {
            /** @description The latest first. */
            meetings: components["schemas"]["PastMeeting"][];
            /**
             * Format: int64
             * @description This page, from 0.
             */
            page: number;
            /**
             * Format: int64
             * @description Meetings on a page.
             */
            page_size: number;
            /**
             * Format: int64
             * @description How many there are on all pages.
             */
            total: number;
        };
        /** @description When a meeting comes again. Weekdays are 1 (Monday) to 7. */
        Pattern: {
            /** @enum {string} */
            every: "day";
        } | {
            /** @enum {string} */
            every: "workday";
        } | {
            /** @enum {string} */
            every: "week";
            /** @description On these, at least one. */
            weekdays: number[];
        } | {
            /**
             * Format: int32
             * @description 1 to 31.
             */
            day: number;
            /** @enum {string} */
            every: "month_day";
        } | {
            /** @enum {string} */
            every: "month_weekday";
            /**
             * Format: int32
             * @description 1 to 4, or −1 for the last.
             */
            nth: number;
            /**
             * Format: int32
             * @description Which.
             */
            weekday: number;
        };
        /** @description Somebody to call. */
        PersonToCall: {
            /** @description Who. */
            name: string;
            /** @description Telephone number; may be empty. */
            telephone?: string;
        };
        /** @description See [`SitePlace`]. */
        Place: {
            /** @enum {string} */
            place: "here";
        } | {
            /** @enum {string} */
            place: "joining";
        } | {
            /** @enum {string} */
            place: "elsewhere";
            /** @description Its title. */
            title: string;
        } | {
            /** @enum {string} */
            place: "waiting";
            /** @description For what. */
            reason: components["schemas"]["Text"];
        } | {
            /** @enum {string} */
            place: "failed";
            /** @description Why. */
            reason: components["schemas"]["Text"];
        } | {
            /** @enum {string} */
            place: "unreachable";
        } | {
            /** @enum {string} */
            place: "no_terminal";
            /** @description Why. */
            reason: components["schemas"]["Text"];
        };
        /** @description 预案 as kept: what the MCU is given, and what people need beside it. */
        PlanDocument: {
            /** @description What is expected afterwards. */
            expect?: string;
            /** @description Whom to call, in order. */
            people?: components["schemas"]["PersonToCall"][];
            /** @description As armed; its name is the document's. */
            plan: Record<string, never>;
            /** @description Day of the last rehearsal, `YYYY-MM-DD`; `null` is never. */
            rehearsed?: string | null;
            /** @description When it is run, in words. */
            when?: string;
        };
        /** @description 应急预案 */
        PlanRow: {
            /**
             * Format: int64
             * @description When, ms since 1970.
             */
            at_ms: number;
            /** @description Who did that; `null` is its trigger. */
            author?: string | null;
            /** @description What became of it. */
            outcome: components["schemas"]["PlanRunOutcome"];
            /**
             * Format: int64
             * @description When it was rolled back.
             */
            rolled_back_ms?: number | null;
            /** @description Its title. */
            title: string;
        };
        /**
         * @description What became of a plan.
         * @enum {string}
         */
        PlanRunOutcome: "ran" | "asked" | "dismissed" | "refused";
        /** @description One property, wanted and reported. */
        PropertySnapshot: {
            difference?: components["schemas"]["Text"] | null;
            /** @description Changed at the device itself (panel, remote control). */
            external: boolean;
            /**
             * Format: int64
             * @description A command whose confirmation is awaited.
             */
            pending?: number | null;
            /** @description What that is worth. */
            quality: components["schemas"]["Quality"];
            /** @description What the device last said. */
            reported?: unknown;
            /**
             * Format: int64
             * @description When it was said, ms since 1970.
             */
            reported_at_ms?: number | null;
            /** @description How it came. */
            source: components["schemas"]["ReportSource"];
            /** @description What somebody asked for; `null` when nobody did. */
            wanted?: unknown;
        };
        /** @description Body of `PUT /api/bookings/{id}`; it also brings a cancelled booking back. */
        PutBooking: {
            /** @description The whole booking. */
            booking: components["schemas"]["BookingBody"];
            /**
             * Format: int64
             * @description The revision it was made from.
             */
            expect_rev: number;
        };
        /** @description Body of `PUT /api/library/{kind}/{name}`. */
        PutDocument: {
            /**
             * Format: int64
             * @description The revision it was made from; left out or 0 for a document that must not be there yet.
             */
            expect_rev?: number;
            /** @description The new content. */
            value: Record<string, never>;
        };
        /**
         * @description How much a reported value is worth.
         * @enum {string}
         */
        Quality: "known" | "assumed" | "stale" | "unknown";
        /** @description Why, in both languages. */
        Reason: {
            /** @description English: what is wrong and what to do. */
            detail: string;
            /** @description 中文 */
            detail_zh: string;
        };
        /** @description 周期 */
        Recurrence: {
            /** @description When it is over. */
            end: components["schemas"]["SeriesEnd"];
            /** @description When it comes again. */
            pattern: components["schemas"]["Pattern"];
        };
        /** @description Why a request was not taken. */
        Refusal: {
            /** @description Stable code. */
            code: components["schemas"]["RefusalCode"];
            /** @description What is wrong and what to do. */
            text: components["schemas"]["Text"];
        };
        /**
         * @description Codes of refusals.
         * @enum {string}
         */
        RefusalCode: "room.device.unknown" | "room.command.unknown" | "room.command.bad_args" | "room.device.offline" | "room.device.busy" | "room.discussion.none" | "room.discussion.refused" | "room.scene.unknown" | "room.scene.running" | "room.uplink.down" | "room.rehearsal.real" | "room.fault.unknown" | "room.request.malformed";
        /** @description Answer of `GET /api/conferences/{id}/rehearsal`. */
        RehearsalState: {
            /** @description Scripted ones. */
            exercises: components["schemas"]["ExerciseInfo"][];
            /** @description What can be injected. */
            faults: components["schemas"]["FaultDecl"][];
            /** @description Those the asker may see. */
            injections: components["schemas"]["InjectionInfo"][];
            /**
             * Format: int32
             * @description Longest time of a fault, s.
             */
            max_fault_s: number;
            /**
             * Format: int64
             * @description The console's clock, ms since 1970.
             */
            now_ms: number;
        };
        /**
         * @description Where a report came from.
         * @enum {string}
         */
        ReportSource: "push" | "poll" | "echo" | "assumed";
        /** @description One site's answer. */
        RollCallLine: {
            /**
             * Format: int32
             * @description From the question to the first word, in ms.
             */
            answer_ms?: number | null;
            /** @description Given by a person. */
            by_hand: boolean;
            /** @description Whether its picture was there; `null` when that is not known. */
            picture?: boolean | null;
            score?: components["schemas"]["RollCallScore"] | null;
            /** @description Whose. */
            site: components["schemas"]["SiteId"];
            /** @description Whether it was heard; `null` when it was not asked. */
            sound?: boolean | null;
        };
        /** @description 点名记录 */
        RollCallRecord: {
            /**
             * Format: int64
             * @description `null` when it was not brought to its end.
             */
            finished_at_ms?: number | null;
            /** @description In the order of asking. */
            rows: components["schemas"]["RollCallLine"][];
            /**
             * Format: int64
             * @description Milliseconds since 1970.
             */
            started_at_ms: number;
        };
        /**
         * @description Result of a roll call.
         * @enum {string}
         */
        RollCallScore: "normal" | "picture_without_sound" | "sound_without_picture" | "no_answer" | "late";
        /** @description A room's name, e.g. `guiyang`; in the default deployment equal to the site it seats. */
        RoomId: string;
        /** @description What a scene would change in one room. */
        RoomLook: (components["schemas"]["SceneDiff"] & {
            /** @enum {string} */
            look: "diff";
        }) | {
            /** @enum {string} */
            look: "away";
        } | {
            /** @enum {string} */
            look: "cannot";
            /** @description Why. */
            reason: components["schemas"]["Text"];
        };
        /** @description A request to a room. */
        RoomRequest: (components["schemas"]["Act"] & {
            /** @enum {string} */
            ask: "command";
        }) | {
            /** @enum {string} */
            ask: "scene_preview";
            /** @description Its id. */
            scene: string;
        } | {
            /** @enum {string} */
            ask: "scene_run";
            /** @description Its id. */
            scene: string;
        } | {
            /** @enum {string} */
            ask: "scene_cancel";
        } | {
            /** @enum {string} */
            ask: "scene_restore";
        } | {
            /** @enum {string} */
            ask: "discuss";
            /** @description What. */
            what: components["schemas"]["DiscussionAct"];
        } | {
            /** @enum {string} */
            ask: "resync";
            /** @description Which. */
            device: components["schemas"]["DeviceId"];
        } | {
            /** @enum {string} */
            ask: "fault_start";
            /** @description What. */
            fault: components["schemas"]["Fault"];
            /**
             * Format: int32
             * @description For how long, 1 to 1800 s.
             */
            for_s: number;
            /**
             * Format: int32
             * @description Of its chance: equal seeds lose equal packets.
             */
            seed?: number;
        } | {
            /** @enum {string} */
            ask: "fault_lift";
            /**
             * Format: int64
             * @description Its number.
             */
            id: number;
        } | {
            /** @enum {string} */
            ask: "faults_clear";
        };
        /** @description Answer to a request. */
        RoomResponse: {
            /** @enum {string} */
            answer: "accepted";
            /**
             * Format: int64
             * @description Command id.
             */
            id: number;
        } | (components["schemas"]["SceneDiff"] & {
            /** @enum {string} */
            answer: "diff";
        }) | (components["schemas"]["ActiveFault"] & {
            /** @enum {string} */
            answer: "fault_started";
        }) | {
            /** @enum {string} */
            answer: "done";
        } | (components["schemas"]["Refusal"] & {
            /** @enum {string} */
            answer: "refused";
        });
        /** @description A room with everything a screen needs. */
        RoomSnapshot: {
            /**
             * Format: int64
             * @description The room's clock, ms since 1970.
             */
            at_ms: number;
            /** @description In configured order. */
            devices: components["schemas"]["DeviceSnapshot"][];
            discussion?: components["schemas"]["DiscussionSnapshot"] | null;
            /** @description 彩排: faults at work. */
            faults?: components["schemas"]["ActiveFault"][];
            /** @description Its name. */
            name: components["schemas"]["Text"];
            /** @description 彩排: simulators and clips instead of devices and cameras. */
            rehearsal: boolean;
            /** @description Its id. */
            room: components["schemas"]["RoomId"];
            run?: components["schemas"]["SceneRun"] | null;
            /** @description Scenes that can be run. */
            scenes: components["schemas"]["SceneInfo"][];
            seat?: components["schemas"]["SeatReport"] | null;
            terminal?: components["schemas"]["Text"] | null;
        };
        /** @description A room as told to browsers. */
        RoomStatus: {
            /** @description Whether its uplink is up. */
            connected: boolean;
            /** @description As it names itself, or the site of that name, or its id while nobody knows more. */
            name: components["schemas"]["Text"];
            /** @description Its id. */
            room: string;
            seat?: components["schemas"]["SeatWanted"] | null;
            /**
             * Format: int64
             * @description Since when that is so, ms since 1970; 0 when it was never seen since the console started.
             */
            since_ms: number;
            snapshot?: components["schemas"]["RoomSnapshot"] | null;
            /** @description Where its terminal is, as far as is known. */
            whereabouts: components["schemas"]["Whereabouts"];
        };
        /** @description Messages of `GET /api/rooms/events` (WebSocket, text). */
        RoomsMessage: (components["schemas"]["RoomStatus"] & {
            /** @enum {string} */
            type: "room";
        }) | {
            /**
             * Format: int64
             * @description Command id from the room's answer.
             */
            id: number;
            /** @description Which room. */
            room: string;
            /** @description How far. */
            state: components["schemas"]["CommandState"];
            /** @enum {string} */
            type: "command";
        } | (components["schemas"]["SceneRound"] & {
            /** @enum {string} */
            type: "round";
        }) | {
            /**
             * Format: int64
             * @description The console's clock, ms since 1970.
             */
            at_ms: number;
            /** @enum {string} */
            type: "heartbeat";
        };
        /** @description What became of an injection. */
        Row: {
            /** @description Which: the event or setting by its name on the wire. */
            act?: string | null;
            /**
             * Format: int64
             * @description The first right act came after so many ms; `null` is none.
             */
            act_after_ms?: number | null;
            /**
             * Format: int64
             * @description When, ms since 1970.
             */
            began_ms: number;
            /** @description Whose. */
            by?: string | null;
            /** @description What. */
            fault: components["schemas"]["Fault"];
            /**
             * Format: int64
             * @description How long, ms.
             */
            for_ms: number;
            /** @description Nobody was told. */
            hidden: boolean;
            /**
             * Format: int32
             * @description Its number.
             */
            id: number;
            /** @description Somebody had to do something: it was on air, heard, asked or gone. */
            needed: boolean;
            /**
             * Format: int64
             * @description It was on air for so many ms while it lasted.
             */
            on_air_ms: number;
            /**
             * Format: int64
             * @description The system saw it after so many ms; `null` is not.
             */
            seen_after_ms?: number | null;
            /** @description Whose room. */
            site: string;
            /** @description How it ended. */
            verdict: components["schemas"]["Verdict"];
        };
        /** @description 导播单 as kept. */
        RunSheetDocument: {
            /** @description As loaded. */
            sheet: Record<string, never>;
            /** @description Seconds each step usually takes, in the order of the steps; `null` where nobody knows, and may be shorter than the sheet. */
            usual_s?: (number | null)[];
        };
        /**
         * @description State of a run.
         * @enum {string}
         */
        RunState: "running" | "done" | "done_with_faults" | "failed" | "cancelled";
        /** @description What a scene would change. */
        SceneDiff: {
            /** @description Its id. */
            scene: string;
            /** @description One per step. */
            steps: components["schemas"]["StepDiff"][];
        };
        /** @description A scene as listed. */
        SceneInfo: {
            /** @description Its name, e.g. 会议模式. */
            name: components["schemas"]["Text"];
            /** @description Its id, e.g. `meeting`. */
            scene: string;
            /**
             * Format: int32
             * @description Number of steps.
             */
            steps: number;
        };
        /** @description By room. */
        ScenePreview: {
            /** @description By room. */
            rooms: {
                [key: string]: components["schemas"]["RoomLook"];
            };
        };
        /** @description A scene and the rooms it is for. */
        SceneRooms: {
            /** @description Which rooms; each must be enrolled. */
            rooms: string[];
            /** @description Which scene. */
            scene: string;
        };
        /** @description One scene in many rooms. */
        SceneRound: {
            /** @description Who began it, or who had it put back. */
            actor: string;
            /** @description Its name. */
            name: components["schemas"]["Text"];
            /**
             * Format: int64
             * @description Grows with each round.
             */
            number: number;
            /** @description By room. */
            rooms: {
                [key: string]: components["schemas"]["Part"];
            };
            /** @description Which scene. */
            scene: string;
            /**
             * Format: int64
             * @description When, ms since 1970.
             */
            started_at_ms: number;
            /** @description What is wanted now. */
            wish: components["schemas"]["Wish"];
        };
        /** @description A run, under way or the last one. */
        SceneRun: {
            /** @description Who started it. */
            actor: string;
            /** @description Whether the state before it is kept for `scene_restore`. */
            can_restore: boolean;
            /** @description Its id. */
            scene: string;
            /**
             * Format: int64
             * @description When, ms since 1970.
             */
            started_at_ms: number;
            /** @description How far. */
            state: components["schemas"]["RunState"];
            /** @description Result per step. */
            steps: components["schemas"]["StepResult"][];
        };
        /** @description 成绩 */
        Score: {
            /**
             * Format: int32
             * @description Faults injected.
             */
            injected: number;
            /**
             * Format: int64
             * @description Median time to the first right act, ms.
             */
            median_ms?: number | null;
            /**
             * Format: int32
             * @description Not acted upon.
             */
            missed: number;
            /**
             * Format: int32
             * @description That needed an act.
             */
            needed: number;
            /**
             * Format: int32
             * @description 0 to 100: a point for each prompt act, half for a slow one, as a share of those needed, less five for each wrong cut; `null` when nothing was needed
             *     and nothing went wrong.
             */
            points?: number | null;
            /**
             * Format: int32
             * @description Acted upon within ten seconds.
             */
            prompt: number;
            /**
             * Format: int32
             * @description Seen by the system.
             */
            seen: number;
            /**
             * Format: int32
             * @description Acted upon later.
             */
            slow: number;
        };
        /** @description What a room says of its terminal's seat. */
        SeatReport: {
            /** @description The conference the terminal sits in or tries to; another than `wanted` when that one is over, or when none is wanted. */
            conference?: string | null;
            /**
             * Format: int64
             * @description Of the last word taken; 0 when none ever was.
             */
            revision: number;
            /** @description How that goes. */
            state: components["schemas"]["SeatState"];
            /** @description Which conference that word named. */
            wanted?: string | null;
        };
        /** @description How far a terminal is with its seat. */
        SeatState: {
            /** @description Why. */
            reason: components["schemas"]["Text"];
            /** @enum {string} */
            state: "waiting";
        } | {
            /** @enum {string} */
            state: "connecting";
        } | {
            /** @enum {string} */
            state: "joined";
        } | {
            /** @description Why, and what to do. */
            reason: components["schemas"]["Text"];
            /** @enum {string} */
            state: "failed";
        };
        /** @description Where the console wants a room's terminal. */
        SeatWanted: {
            conference?: components["schemas"]["NamedConference"] | null;
            /**
             * Format: int64
             * @description Of the word.
             */
            revision: number;
        };
        /**
         * @description Where the console wants a room's terminal. The whole wish each time, told again at every connection and whenever the room's report is behind;
         *     so it does not matter which words are lost, doubled or late.
         */
        SeatWord: {
            /** @description Which conference; `null` is none of the console's, so the room goes to its own standing one. */
            conference?: string | null;
            /**
             * Format: int64
             * @description Grows with each change, from 1. A word of a lower one than the last taken is old and not taken.
             */
            revision: number;
        };
        /** @description When a series is over. */
        SeriesEnd: {
            /** @description `YYYY-MM-DD`. */
            date: string;
            /** @enum {string} */
            ends: "until";
        } | {
            /**
             * Format: int32
             * @description How many.
             */
            count: number;
            /** @enum {string} */
            ends: "count";
        };
        /** @description What was on air, or whose content. */
        ShownStretch: {
            /** @description Whether anything was forced; otherwise each site saw by its own rules. */
            forced: boolean;
            /** @description When. */
            span: components["schemas"]["TimeSpan"];
            /** @description In words. */
            text: components["schemas"]["MeetingText"];
        };
        /** @description 参会情况 of one site. */
        SiteAttendance: {
            /**
             * Format: int32
             * @description There for so many ‰ of the meeting, what is not known left out; `null` when nothing is known.
             */
            availability_permille?: number | null;
            /**
             * Format: int64
             * @description First time there; `null` is never.
             */
            joined_at_ms?: number | null;
            kind?: components["schemas"]["SiteKind"] | null;
            /**
             * Format: int64
             * @description Last time gone; `null` when it never came or stayed to the end.
             */
            left_at_ms?: number | null;
            /** @description Its names. */
            name: components["schemas"]["MeetingText"];
            /** @description When its line was lost. */
            outages: components["schemas"]["TimeSpan"][];
            /** @description When it was there. */
            present: components["schemas"]["TimeSpan"][];
            /**
             * Format: int64
             * @description All of these together, in seconds.
             */
            present_s: number;
            /** @description Which. */
            site: components["schemas"]["SiteId"];
            /** @description When nobody saw whether it was there. */
            unknown: components["schemas"]["TimeSpan"][];
            /**
             * Format: int32
             * @description Worst loss in ‰ of any minute told.
             */
            worst_loss_permille: number;
            /**
             * Format: int32
             * @description Longest round trip in ms of any minute told.
             */
            worst_rtt_ms?: number | null;
        };
        /** @description A seat in a conference (会场). */
        SiteId: string;
        /**
         * @description What a site is.
         * @enum {string}
         */
        SiteKind: "main_hall" | "branch" | "executive" | "upper";
        /** @description A site's line was lost. */
        SiteOutage: {
            /** @description Whose. */
            site: components["schemas"]["SiteId"];
            /** @description When. */
            span: components["schemas"]["TimeSpan"];
        };
        /** @description Where a site's room is, as seen from one conference. */
        SitePlace: {
            /** @description Where. */
            place: components["schemas"]["Place"];
            /** @description Which site. */
            site: string;
        };
        /** @description Answer of `GET /api/conferences/{id}/places`. */
        SitePlaces: {
            /** @description By site: those that have a room. */
            places: components["schemas"]["SitePlace"][];
        };
        /** @description 发言 */
        SpeechRow: {
            /** @description A dialogue with the main site. */
            dialogue: boolean;
            /**
             * Format: int64
             * @description Seconds that were given; `null` is any.
             */
            planned_s?: number | null;
            /** @description Who. */
            site: components["schemas"]["SiteId"];
            /** @description When. */
            span: components["schemas"]["TimeSpan"];
        };
        /** @description One step's difference. */
        StepDiff: {
            /** @description What it shall be. */
            after: unknown;
            /** @description Already so. */
            already: boolean;
            /** @description What it is. */
            before?: unknown;
            cannot?: components["schemas"]["Text"] | null;
            /** @description The device. */
            device: components["schemas"]["DeviceId"];
            /** @description The property. */
            property: string;
            /**
             * Format: int32
             * @description Step number from 1.
             */
            step: number;
        };
        /** @description One step's result. */
        StepResult: {
            note?: components["schemas"]["Text"] | null;
            /** @description How far. */
            state: components["schemas"]["StepState"];
            /**
             * Format: int32
             * @description Step number from 1.
             */
            step: number;
            /** @description What it does. */
            text: components["schemas"]["Text"];
            /**
             * Format: int64
             * @description From its start to its proof, ms.
             */
            took_ms?: number | null;
        };
        /** @description 导播单, one step. */
        StepRow: {
            /**
             * Format: int64
             * @description When it was done; `null` is not.
             */
            actual_at_ms?: number | null;
            /**
             * Format: int32
             * @description From 1.
             */
            number: number;
            /**
             * Format: int64
             * @description Milliseconds since 1970.
             */
            planned_at_ms?: number | null;
            /** @description Its title. */
            title: string;
        };
        /**
         * @description State of a step.
         * @enum {string}
         */
        StepState: "waiting" | "running" | "done" | "already" | "failed" | "skipped";
        /** @description A template as told; body of its `PUT` is `PutDocument` with a [`Meeting`] as value. */
        Template: {
            /** @description Account that changed it last. */
            author: string;
            /**
             * Format: int64
             * @description When, ms since 1970.
             */
            changed_at_ms: number;
            /** @description What. */
            meeting: components["schemas"]["Meeting"];
            /** @description Its name. */
            name: string;
            /**
             * Format: int64
             * @description Counts its changes, from 1.
             */
            rev: number;
        };
        /** @description Answer to `GET /api/templates`. */
        Templates: {
            /** @description By name. */
            templates: components["schemas"]["Template"][];
        };
        /** @description A word in both languages. */
        Text: {
            /** @description English */
            en: string;
            /** @description 中文 */
            zh: string;
        };
        /** @description A stretch of time, ms since 1970. */
        TimeSpan: {
            /**
             * Format: int64
             * @description From here.
             */
            from_ms: number;
            /**
             * Format: int64
             * @description To here, not before.
             */
            to_ms: number;
        };
        /**
         * @description Where a line of the timeline belongs.
         * @enum {string}
         */
        TimelineLane: "meeting" | "program" | "speech" | "content" | "polling" | "roll_call" | "plan" | "run_sheet" | "output" | "site" | "fault" | "desk" | "chronicle";
        /** @description One line of the timeline. */
        TimelineLine: {
            /**
             * Format: int64
             * @description When, ms since 1970.
             */
            at_ms: number;
            /** @description Who did it; `null` is the MCU itself. */
            author?: string | null;
            /** @description Where it belongs. */
            lane: components["schemas"]["TimelineLane"];
            /**
             * Format: int64
             * @description How long it held, in ms; `null` for what does not last.
             */
            lasted_ms?: number | null;
            /**
             * Format: int64
             * @description How long it was planned, in seconds.
             */
            planned_s?: number | null;
            site?: components["schemas"]["SiteId"] | null;
            /** @description In words. */
            text: components["schemas"]["MeetingText"];
        };
        /**
         * @description How an injection ended.
         * @enum {string}
         */
        Verdict: "prompt" | "slow" | "missed" | "not_needed";
        /** @description How a vote by hands or by seats stands. */
        Vote: {
            /**
             * Format: int32
             * @description 弃权
             */
            abstain: number;
            /**
             * Format: int64
             * @description When it was closed.
             */
            closed_at_ms?: number | null;
            /**
             * Format: int32
             * @description 反对
             */
            no: number;
            /**
             * Format: int64
             * @description When it was opened, ms since 1970.
             */
            opened_at_ms: number;
            /** @description What is voted on. */
            title: string;
            /**
             * Format: int32
             * @description 赞成
             */
            yes: number;
        };
        /** @description Where a room's terminal is, by its own last words. */
        Whereabouts: {
            /** @enum {string} */
            at: "joined";
            /** @description Where. */
            conference: components["schemas"]["NamedConference"];
        } | {
            /** @enum {string} */
            at: "joining";
            /** @description Where. */
            conference: components["schemas"]["NamedConference"];
        } | {
            /** @enum {string} */
            at: "waiting";
            /** @description For what. */
            reason: components["schemas"]["Text"];
        } | {
            /** @enum {string} */
            at: "failed";
            conference?: components["schemas"]["NamedConference"] | null;
            /** @description Why. */
            reason: components["schemas"]["Text"];
        } | {
            /** @enum {string} */
            at: "unreachable";
        } | {
            /** @enum {string} */
            at: "no_terminal";
        };
        /**
         * @description What a round wants of its rooms.
         * @enum {string}
         */
        Wish: "run" | "restore";
        /** @description A cut that should not have been. */
        WrongCut: {
            /**
             * Format: int64
             * @description When, ms since 1970.
             */
            at_ms: number;
            /** @description By whom. */
            by: string;
            /**
             * Format: int64
             * @description How long it stood, ms.
             */
            for_ms: number;
            /** @description Who was put on air. */
            site: string;
            /** @description Why it was wrong. */
            why: components["schemas"]["WrongCutReason"];
        };
        /**
         * @description Why a cut was wrong.
         * @enum {string}
         */
        WrongCutReason: "faulty" | "absent" | "taken_back";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
