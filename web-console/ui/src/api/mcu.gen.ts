// Made by tools/openapi from the OpenAPI document; do not edit.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A rectangle in per-mille of the canvas and what it shows. */
        Cell: {
            /**
             * Format: int32
             * @description Height, 1 to 1000 ‰.
             */
            h: number;
            /** @description Its source. */
            source: components["schemas"]["CellSource"];
            /**
             * Format: int32
             * @description Width, 1 to 1000 ‰.
             */
            w: number;
            /**
             * Format: int32
             * @description Left edge, 0 to 999 ‰.
             */
            x: number;
            /**
             * Format: int32
             * @description Top edge, 0 to 999 ‰.
             */
            y: number;
        };
        /** @description The wall's cells; its revision is drawn into the wall picture as a block code. */
        CellList: {
            /** @description In order. */
            cells: components["schemas"]["CellListEntry"][];
            code?: components["schemas"]["WallRect"] | null;
            /**
             * Format: int32
             * @description 16 bits.
             */
            revision: number;
        };
        /** @description One cell of the wall, per-mille. */
        CellListEntry: {
            /** @description Where. */
            rect: components["schemas"]["WallRect"];
            /** @description Whose. */
            site: components["schemas"]["SiteId"];
        };
        /** @description Rule by which a cell finds its picture. */
        CellSource: {
            /** @enum {string} */
            from: "site";
            /** @description Whose. */
            site: components["schemas"]["SiteId"];
        } | {
            /** @enum {string} */
            from: "main";
        } | {
            /** @enum {string} */
            from: "blank";
        };
        /**
         * @description Stable codes. The console owns the Chinese texts too; they are here so that every other client shows the same.
         * @enum {string}
         */
        Code: "mcu.request.malformed" | "mcu.token.refused" | "mcu.right.missing" | "mcu.conference.unknown" | "mcu.conference.exists" | "mcu.conference.ended" | "mcu.site.unknown" | "mcu.site.not_seated" | "mcu.command.stale" | "mcu.command.nothing_to_do" | "mcu.layout.invalid" | "mcu.confirm.invalid" | "mcu.media.refused" | "mcu.media.unavailable" | "mcu.journal.failed" | "mcu.session.unknown" | "mcu.limit.reached";
        /** @description Everything that can be asked of a running conference. Commands set, they never toggle. */
        Command: {
            /** @description Seat a site (right `conference.affairs`). */
            args: {
                /** @description Which. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "call";
        } | {
            /** @description Seat every site that is not (right `conference.affairs`). */
            args: Record<string, never>;
            /** @enum {string} */
            cmd: "call_all_absent";
        } | {
            /** @description Unseat a site; its terminal keeps its sessions (right `conference.affairs`). */
            args: {
                /** @description Which. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "hang_up";
        } | {
            /** @description Force one site's picture on all (right `conference.picture`). */
            args: {
                /** @description Whose. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "broadcast_site";
        } | {
            /** @description Force a multi-picture on all (right `conference.picture`). */
            args: {
                /** @description By value. */
                layout: components["schemas"]["Layout"];
            };
            /** @enum {string} */
            cmd: "broadcast_layout";
        } | {
            /** @description End whatever picture is forced (right `conference.picture`). */
            args: Record<string, never>;
            /** @enum {string} */
            cmd: "cancel_broadcast";
        } | {
            /** @description Open or close a site's microphone (right `conference.sound`). */
            args: {
                /** @description To what. */
                mic: components["schemas"]["Mic"];
                /** @description Whose. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "set_mic";
        } | {
            /** @description Close every microphone but the chair's and the main site's (right `conference.sound`). */
            args: Record<string, never>;
            /** @enum {string} */
            cmd: "mute_all";
        } | {
            /** @description Choose one viewer's picture (right `conference.picture`). */
            args: {
                /** @description The site may not change it itself. */
                locked?: boolean;
                /** @description What. */
                source: components["schemas"]["ViewSource"];
                /** @description Who watches. */
                viewer: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "select_view";
        } | {
            /** @description Put a picture into the operator's preview; `null` empties it (right `conference.picture`). */
            args: {
                picture?: components["schemas"]["Picture"] | null;
            };
            /** @enum {string} */
            cmd: "set_preview";
        } | {
            /** @description Preview becomes the forced picture (right `conference.picture`). */
            args: {
                /** @description How. */
                transition?: components["schemas"]["Transition"];
            };
            /** @enum {string} */
            cmd: "take";
        } | {
            /** @description Take back a change: the latest reversible one, or that of a revision. Needs the right of the change it reverts. */
            args: {
                rev?: components["schemas"]["Rev"] | null;
            };
            /** @enum {string} */
            cmd: "undo";
        } | {
            /** @description End the conference (right `conference.affairs`; asks for confirmation). */
            args: Record<string, never>;
            /** @enum {string} */
            cmd: "end";
        };
        /** @description Answer to an accepted command. */
        CommandAnswer: {
            /** @enum {string} */
            outcome: "accepted";
            /** @description The conference's revision after it. */
            rev: components["schemas"]["Rev"];
        } | {
            /** @enum {string} */
            outcome: "unchanged";
            /** @description The conference's revision. */
            rev: components["schemas"]["Rev"];
        } | {
            /** @enum {string} */
            outcome: "needs_confirmation";
            /** @description For `confirm`. */
            token: string;
        };
        /** @description Body of `POST /api/conferences/{id}/commands`. */
        CommandRequest: components["schemas"]["Command"] & {
            /** @description Token from a `needs_confirmation` answer. */
            confirm?: string | null;
            expect_rev?: components["schemas"]["Rev"] | null;
            /** @description Same key, same answer, applied once. At most 64 bytes. */
            idem_key?: string | null;
        };
        /** @description One live run of a meeting on the MCU. */
        ConferenceId: string;
        /**
         * @description Whether the conference runs.
         * @enum {string}
         */
        ConferencePhase: "running" | "ended";
        /** @description A conference, wanted and reported. */
        ConferenceSnapshot: {
            /**
             * Format: int64
             * @description MCU's clock when this was made, ms since 1970.
             */
            at_ms: number;
            /** @description Its id. */
            conference: components["schemas"]["ConferenceId"];
            forced?: components["schemas"]["Picture"] | null;
            /** @description The main site. */
            main_site: components["schemas"]["SiteId"];
            /**
             * Format: int64
             * @description Milliseconds since 1970.
             */
            opened_at_ms: number;
            /** @description Running or ended. */
            phase: components["schemas"]["ConferencePhase"];
            preview?: components["schemas"]["Picture"] | null;
            /** @description What the program monitor shows: the forced picture, else the main site. */
            program: components["schemas"]["Picture"];
            /** @description Revision of the wanted state. */
            rev: components["schemas"]["Rev"];
            /** @description All seats in fixed site order. */
            sites: components["schemas"]["SiteSnapshot"][];
            /** @description Title. */
            title: string;
            undo?: components["schemas"]["UndoInfo"] | null;
            /** @description Which cells the wall is made of. */
            wall: components["schemas"]["CellList"];
            /** @description The workers. */
            workers: components["schemas"]["WorkerHealth"][];
        };
        /** @description One conference in a list. */
        ConferenceSummary: {
            /** @description Its id. */
            conference: components["schemas"]["ConferenceId"];
            /**
             * Format: int64
             * @description Milliseconds since 1970.
             */
            opened_at_ms: number;
            /** @description Running or ended. */
            phase: components["schemas"]["ConferencePhase"];
            /** @description Revision. */
            rev: components["schemas"]["Rev"];
            /**
             * Format: int32
             * @description Number of sites seated.
             */
            seated: number;
            /** @description Title. */
            title: string;
        };
        /** @description Body of `GET /api/conferences`. */
        Conferences: {
            /** @description Running ones and those that ended lately, by id. */
            conferences: components["schemas"]["ConferenceSummary"][];
        };
        /**
         * @description How a terminal is connected.
         * @enum {string}
         */
        Connection: "absent" | "joining" | "joined" | "offline";
        /** @description An event with its circumstances, as journalled. */
        Envelope: {
            /**
             * Format: int64
             * @description Milliseconds since 1970.
             */
            at_ms: number;
            /** @description Account or room. */
            author: string;
            /** @description Of which conference. */
            conference: components["schemas"]["ConferenceId"];
            /** @description What. */
            event: components["schemas"]["Event"];
            /** @description The client's key, if it gave one. */
            idem_key?: string | null;
            /** @description Where from. */
            origin: components["schemas"]["Origin"];
            /** @description Its revision after the event. */
            rev: components["schemas"]["Rev"];
            /** @description Right used. */
            right: string;
        };
        /** @description What happened. Events are past facts and carry what is needed to take them back. */
        Event: {
            /** @description The conference runs. */
            data: {
                /** @description As asked. */
                open: components["schemas"]["OpenConference"];
            };
            /** @enum {string} */
            event: "opened";
        } | {
            /** @description A site was seated. */
            data: {
                /** @description Which. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            event: "site_called";
        } | {
            /** @description A site was unseated. */
            data: {
                /** @description Which. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            event: "site_hung_up";
        } | {
            /** @description The forced picture changed. */
            data: {
                after?: components["schemas"]["Picture"] | null;
                before?: components["schemas"]["Picture"] | null;
            };
            /** @enum {string} */
            event: "forced_changed";
        } | {
            /** @description Microphones changed. */
            data: {
                /** @description All that really changed. */
                changes: components["schemas"]["MicChange"][];
            };
            /** @enum {string} */
            event: "mics_changed";
        } | {
            /** @description One viewer's own picture changed. */
            data: {
                /** @description After. */
                after: components["schemas"]["ViewSource"];
                /** @description Locked after. */
                after_locked: boolean;
                /** @description Before. */
                before: components["schemas"]["ViewSource"];
                /** @description Locked before. */
                before_locked: boolean;
                /** @description Who watches. */
                viewer: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            event: "view_changed";
        } | {
            /** @description The operator's preview changed. */
            data: {
                after?: components["schemas"]["Picture"] | null;
                before?: components["schemas"]["Picture"] | null;
            };
            /** @enum {string} */
            event: "preview_changed";
        } | {
            /** @description A change was taken back. */
            data: {
                /** @description What that did. */
                effect: components["schemas"]["Event"][];
                /** @description Which. */
                rev: components["schemas"]["Rev"];
            };
            /** @enum {string} */
            event: "undone";
        } | {
            /** @description It is over. */
            data: Record<string, never>;
            /** @enum {string} */
            event: "ended";
        };
        /** @description Body of `GET /health`. */
        Health: {
            /**
             * Format: int64
             * @description The MCU's clock, ms since 1970.
             */
            at_ms: number;
            /** @description Nothing is wrong. */
            ok: boolean;
            /** @description What is wrong, in words; empty when nothing is. */
            problems: components["schemas"]["HealthProblem"][];
            /**
             * Format: int32
             * @description Number of conferences running.
             */
            running: number;
            /** @description The MCU's version. */
            version: string;
            /** @description The workers. */
            workers: components["schemas"]["WorkerHealth"][];
        };
        /** @description One thing that is wrong and what to do. */
        HealthProblem: {
            /** @description English. */
            detail: string;
            /** @description 中文 */
            detail_zh: string;
        };
        /** @description A multi-picture (多画面): a name and its cells in drawing order, 1 to 25. */
        Layout: {
            /** @description The cells. */
            cells: components["schemas"]["Cell"][];
            /** @description Name for people and logs, e.g. `2x2`. */
            name: string;
        };
        /** @description Layouts shipped with the MCU: `GET /api/layouts`. */
        Layouts: {
            /** @description By name. */
            layouts: components["schemas"]["Layout"][];
        };
        /**
         * @description State of a site's microphone: closed is 闭音(关麦).
         * @enum {string}
         */
        Mic: "open" | "closed";
        /** @description A microphone before and after. */
        MicChange: {
            /** @description After. */
            after: components["schemas"]["Mic"];
            /** @description Before. */
            before: components["schemas"]["Mic"];
            /** @description Whose. */
            site: components["schemas"]["SiteId"];
        };
        /**
         * @description Monitors that may be watched at `/whep/{conference}/monitors/{name}`.
         * @enum {string}
         */
        MonitorName: "wall" | "program" | "preview";
        /** @description Body of `POST /api/conferences`. */
        OpenConference: {
            /** @description Seat all sites at once. Default true. */
            call_all?: boolean | null;
            /** @description Its name in URLs. */
            conference: components["schemas"]["ConferenceId"];
            /** @description One of the seats. */
            main_site: components["schemas"]["SiteId"];
            mute_on_join?: components["schemas"]["Mic"] | null;
            /** @description The seats in fixed site order, 1 to 104. */
            sites: components["schemas"]["SiteSeat"][];
            /** @description Title as shown on screen. */
            title: string;
        };
        /**
         * @description Where a change came from.
         * @enum {string}
         */
        Origin: "desk" | "tablet" | "api" | "rule";
        /** @description What can be put on air. */
        Picture: {
            /** @enum {string} */
            kind: "site";
            /** @description Whose. */
            site: components["schemas"]["SiteId"];
        } | {
            /** @enum {string} */
            kind: "layout";
            /** @description By value, so that a replay needs nobody else. */
            layout: components["schemas"]["Layout"];
        };
        /** @description RFC 9457 problem document (`application/problem+json`). */
        Problem: {
            /** @description Stable code; also the problem's type. */
            code: components["schemas"]["Code"];
            /** @description English: what is wrong and what to do. */
            detail: string;
            /** @description 中文: what is wrong and what to do. */
            detail_zh: string;
            rev?: components["schemas"]["Rev"] | null;
            /**
             * Format: int32
             * @description HTTP status.
             */
            status: number;
        };
        /**
         * Format: int64
         * @description Counts the accepted changes of a conference; 0 before it is opened. Stays below 2^53, so that JSON numbers hold it.
         */
        Rev: number;
        /**
         * @description Messages of `GET /api/conferences/{id}/events` (WebSocket, text). Binary messages are meters: byte 0 = version 1, byte 1 = count n, then n × (RMS dBFS as
         *     i8, peak dBFS as i8) in the snapshot's site order.
         */
        ServerMessage: (components["schemas"]["ConferenceSnapshot"] & {
            /** @enum {string} */
            type: "snapshot";
        }) | (components["schemas"]["Envelope"] & {
            /** @enum {string} */
            type: "event";
        }) | {
            /**
             * Format: int64
             * @description The MCU's clock.
             */
            at_ms: number;
            /** @enum {string} */
            type: "heartbeat";
        };
        /** @description Something wrong with a site's picture or sound although it arrives, found by the mixer in what it decodes. Each begins and ends with hysteresis. */
        SiteFault: {
            /** @enum {string} */
            fault: "picture_black";
            /**
             * Format: int32
             * @description For how long, in seconds.
             */
            for_s: number;
        } | {
            /** @enum {string} */
            fault: "picture_frozen";
            /**
             * Format: int32
             * @description For how long, in seconds.
             */
            for_s: number;
        } | {
            /** @enum {string} */
            fault: "sound_silent";
            /**
             * Format: int32
             * @description For how long, in seconds.
             */
            for_s: number;
        } | {
            /** @enum {string} */
            fault: "sound_clipping";
            /**
             * Format: int32
             * @description Share of the last second's blocks with clipped samples, in ‰.
             */
            permille: number;
        } | {
            /** @enum {string} */
            fault: "sound_howling";
            /**
             * Format: int32
             * @description Its frequency.
             */
            frequency_hz: number;
            /**
             * Format: int32
             * @description Its level in dB below full scale.
             */
            level_dbfs: number;
        };
        /** @description Messages of `GET /api/conferences/{id}/sites/{site}/tally` (WebSocket, text): first at once, then after each change. */
        SiteFeed: {
            /** @description Its wanted microphone; enforced in relay and mixer whatever the terminal does. */
            mic: components["schemas"]["Mic"];
            /** @description Whether the conference runs. */
            phase: components["schemas"]["ConferencePhase"];
            /** @description Whether the site has its seat. */
            seated: boolean;
            /** @description Which site. */
            site: components["schemas"]["SiteId"];
            /** @description Who sees it, and what it sees. */
            tally: components["schemas"]["Tally"];
        };
        /** @description A seat in a conference (会场). */
        SiteId: string;
        /**
         * @description What a site is.
         * @enum {string}
         */
        SiteKind: "main_hall" | "branch" | "executive";
        /** @description One seat as opened. */
        SiteSeat: {
            /** @description What it is. */
            kind: components["schemas"]["SiteKind"];
            /** @description Chinese name as drawn into pictures. */
            name: string;
            /** @description English name. */
            name_en: string;
            /** @description Its id. */
            site: components["schemas"]["SiteId"];
        };
        /** @description One seat. */
        SiteSnapshot: {
            /**
             * Format: int32
             * @description Main picture's bit rate as received, all layers.
             */
            bit_rate_bps: number;
            /** @description Reported: how its terminal is connected. */
            connection: components["schemas"]["Connection"];
            /**
             * Format: int64
             * @description Since when the connection is so, ms since 1970.
             */
            connection_since_ms: number;
            /** @description What is wrong with its picture and sound although they arrive; left out when nothing is. */
            faults?: components["schemas"]["SiteFault"][];
            /** @description What it is. */
            kind: components["schemas"]["SiteKind"];
            /**
             * Format: int32
             * @description Bits per second the line to the site is known to carry; `null` when its terminal does not tell.
             */
            line_bps?: number | null;
            /**
             * Format: int32
             * @description Packets lost from the site in the last second, ‰.
             */
            loss_permille: number;
            /** @description Wanted microphone; enforced in relay and mixer. */
            mic: components["schemas"]["Mic"];
            /** @description Chinese name. */
            name: string;
            /** @description English name. */
            name_en: string;
            /** @description Whether a picture is arriving. */
            picture: boolean;
            /**
             * Format: int32
             * @description Round trip in ms; `null` when not known.
             */
            rtt_ms?: number | null;
            /** @description Seated by call, unseated by hang_up. */
            seated: boolean;
            /** @description Its id. */
            site: components["schemas"]["SiteId"];
            /** @description Whether sound is arriving. */
            sound: boolean;
            /** @description Computed from what is really sent. */
            tally: components["schemas"]["Tally"];
            trouble?: components["schemas"]["SiteTrouble"] | null;
            /** @description Wanted view of its own. */
            view: components["schemas"]["ViewSnapshot"];
        };
        /**
         * @description What keeps pictures from or to a site smaller than they may be, the worst first.
         * @enum {string}
         */
        SiteTrouble: "line_sound_only" | "cannot_decode" | "line_thin" | "sends_small";
        /** @description 被看指示 */
        Tally: {
            /**
             * Format: int32
             * @description Cell number from 1 when on air in a multi-picture.
             */
            cell?: number | null;
            /** @description Seen by all (in the program, alone or in a cell), as sent. */
            on_air: boolean;
            /** @description Seen by at least one other site, as sent. */
            seen: boolean;
            /** @description What the site itself is being sent, in words (`site:guiyang`, `layout:2x2`); `null` when nothing. */
            sees?: string | null;
        };
        /**
         * @description How preview becomes program.
         * @enum {string}
         */
        Transition: "cut";
        /** @description What undo would do. */
        UndoInfo: {
            /** @description Who made it. */
            author: string;
            /** @description The event, so that the screen can say it in words. */
            event: components["schemas"]["Event"];
            /** @description The change it would take back. */
            rev: components["schemas"]["Rev"];
        };
        /** @description A site's own view. */
        ViewSnapshot: {
            /** @description Whether the site may not change it. */
            locked: boolean;
            /** @description What was chosen for it. */
            source: components["schemas"]["ViewSource"];
        };
        /** @description What a viewer chooses to see. */
        ViewSource: {
            /** @enum {string} */
            kind: "site";
            /** @description Whose. */
            site: components["schemas"]["SiteId"];
        } | {
            /** @enum {string} */
            kind: "layout";
            /** @description By value. */
            layout: components["schemas"]["Layout"];
        } | {
            /** @enum {string} */
            kind: "none";
        };
        /** @description Per-mille of the wall picture. */
        WallRect: {
            /**
             * Format: int32
             * @description Height.
             */
            h: number;
            /**
             * Format: int32
             * @description Width.
             */
            w: number;
            /**
             * Format: int32
             * @description Left.
             */
            x: number;
            /**
             * Format: int32
             * @description Top.
             */
            y: number;
        };
        /** @description A worker program as control sees it. */
        WorkerHealth: {
            /** @description Whether it has applied the latest wanted state. */
            current: boolean;
            /** @description Names of the picture encoders at work in it, such as `x264enc`; left out where there are none. */
            encoders?: string[];
            /** @description Whether it is connected to control. */
            up: boolean;
            /** @description `relay`, `mixer`. */
            worker: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
