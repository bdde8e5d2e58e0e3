// Made by tools/openapi from the OpenAPI document; do not edit.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description 操作权 over what.
         * @enum {string}
         */
        Area: "picture" | "sound" | "affairs";
        /** @description A plan that stands ready. */
        ArmedPlan: {
            fired?: components["schemas"]["Fired"] | null;
            /** @description By value. */
            plan: components["schemas"]["EmergencyPlan"];
            ran?: components["schemas"]["Rev"] | null;
        };
        /**
         * @description Those who see a picture without being a site.
         * @enum {string}
         */
        Audience: "hall_screen" | "record" | "live";
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
            /**
             * Format: int32
             * @description Seconds for each, 5 to 120.
             */
            dwell_s: number;
            /** @enum {string} */
            from: "list";
            /** @description In order, 1 to 104. */
            sites: components["schemas"]["SiteId"][];
        } | {
            /** @enum {string} */
            from: "loudest";
        } | {
            /** @enum {string} */
            from: "main";
        } | {
            /** @enum {string} */
            from: "content";
        } | {
            /** @enum {string} */
            from: "upper";
        } | {
            /** @enum {string} */
            from: "blank";
        };
        /** @description Whose turn it is in cells that poll this list. */
        CellTurn: {
            /**
             * Format: int32
             * @description Seconds for each.
             */
            dwell_s: number;
            /**
             * Format: int32
             * @description Place in the list, from 0.
             */
            index: number;
            /**
             * Format: int64
             * @description When its turn ends, ms since 1970.
             */
            next_at_ms: number;
            /** @description The list. */
            sites: components["schemas"]["SiteId"][];
        };
        /** @description A channel that sites may listen to instead of the floor. */
        Channel: {
            /** @description Its name in commands. */
            language: components["schemas"]["LanguageId"];
            /** @description Chinese name as shown, 1 to 64 bytes. */
            name: string;
            /** @description English name, 1 to 64 bytes. */
            name_en: string;
        };
        /**
         * @description Stable codes. The console owns the Chinese texts too; they are here so that every other client shows the same.
         * @enum {string}
         */
        Code: "mcu.request.malformed" | "mcu.token.refused" | "mcu.right.missing" | "mcu.conference.unknown" | "mcu.conference.exists" | "mcu.conference.ended" | "mcu.site.unknown" | "mcu.site.not_seated" | "mcu.command.stale" | "mcu.command.nothing_to_do" | "mcu.layout.invalid" | "mcu.conference.locked" | "mcu.lease.held" | "mcu.program.locked" | "mcu.site.locked" | "mcu.content.held" | "mcu.mic.open" | "mcu.item.unknown" | "mcu.confirm.invalid" | "mcu.media.refused" | "mcu.media.unavailable" | "mcu.journal.failed" | "mcu.session.unknown" | "mcu.limit.reached";
        /** @description Everything that can be asked of a running conference. Commands set, they never toggle. [`Command::right`] names the right each needs. */
        Command: {
            /** @description Seat a site. */
            args: {
                /** @description Which. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "call";
        } | {
            /** @description Seat every site that is not. */
            args: Record<string, never>;
            /** @enum {string} */
            cmd: "call_all_absent";
        } | {
            /** @description Unseat a site; its terminal keeps its sessions. */
            args: {
                /** @description Which. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "hang_up";
        } | {
            /** @description Take a seat out of the conference for good; asks for confirmation. */
            args: {
                /** @description Which. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "remove";
        } | {
            /** @description 切换主会场; everybody is told old and new. */
            args: {
                /** @description Which. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "set_main_site";
        } | {
            /** @description 锁定会议: nobody more is called in. */
            args: Record<string, never>;
            /** @enum {string} */
            cmd: "lock";
        } | {
            /** @description Calling is possible again. */
            args: Record<string, never>;
            /** @enum {string} */
            cmd: "unlock";
        } | {
            /** @description 延长会议: set the planned end. */
            args: {
                /** @description The conference ends by itself then. */
                auto_end?: boolean;
                /**
                 * Format: int64
                 * @description Milliseconds since 1970, in the future; `null` is open.
                 */
                ends_at_ms?: number | null;
            };
            /** @enum {string} */
            cmd: "extend";
        } | {
            /** @description What a later joiner's microphone gets. */
            args: {
                /** @description Which state. */
                mic: components["schemas"]["Mic"];
            };
            /** @enum {string} */
            cmd: "set_mute_on_join";
        } | {
            /** @description Whether sites may choose their own view; taking it away ends what they chose. */
            args: {
                /** @description Whether. */
                free_view: boolean;
            };
            /** @enum {string} */
            cmd: "set_free_view";
        } | {
            /** @description 自动重呼 of lost terminals. */
            args: {
                policy?: components["schemas"]["RedialPolicy"] | null;
            };
            /** @enum {string} */
            cmd: "set_redial";
        } | {
            /** @description 申请主席; the site itself may. */
            args: {
                /** @description Which. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "request_chair";
        } | {
            /** @description Give a site the chair's token; it may broadcast, select views, mute and grant the floor. */
            args: {
                /** @description Which. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "grant_chair";
        } | {
            /** @description 释放主席; the chair itself may. */
            args: Record<string, never>;
            /** @enum {string} */
            cmd: "release_chair";
        } | {
            /** @description 剥夺主席 */
            args: Record<string, never>;
            /** @enum {string} */
            cmd: "revoke_chair";
        } | {
            /** @description Force one site's picture on all. */
            args: {
                /** @description Whose. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "broadcast_site";
        } | {
            /** @description Force a multi-picture on all. */
            args: {
                /** @description By value. */
                layout: components["schemas"]["Layout"];
            };
            /** @enum {string} */
            cmd: "broadcast_layout";
        } | {
            /** @description End whatever picture is forced. */
            args: Record<string, never>;
            /** @enum {string} */
            cmd: "cancel_broadcast";
        } | {
            /** @description 对话: main site and this branch see and hear each other, everybody else sees both. */
            args: {
                /** @description The branch. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "dialogue";
        } | {
            /** @description 点名发言: its microphone is opened and its picture forced, all others but the chair are muted. Needs `conference.sound` too. */
            args: {
                /** @description End the speech when the time is over. */
                auto_end?: boolean;
                /**
                 * Format: int32
                 * @description Speaking time, 5 to 7200 s; `null` is unlimited.
                 */
                seconds?: number | null;
                /** @description Who. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "call_to_speak";
        } | {
            /** @description 发言计时 for whoever speaks. */
            args: {
                /** @description End the forced speech when the time is over. */
                auto_end?: boolean;
                /**
                 * Format: int32
                 * @description From now, 5 to 7200 s; `null` takes it away.
                 */
                seconds?: number | null;
            };
            /** @enum {string} */
            cmd: "set_speech_timer";
        } | {
            /** @description 申请发言; the site itself may. */
            args: {
                /** @description Which. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "request_floor";
        } | {
            /** @description 放行: the site leaves the queue and is called to speak. Needs `conference.sound` too. */
            args: {
                /** @description As in `call_to_speak`. */
                auto_end?: boolean;
                /**
                 * Format: int32
                 * @description As in `call_to_speak`.
                 */
                seconds?: number | null;
                site?: components["schemas"]["SiteId"] | null;
            };
            /** @enum {string} */
            cmd: "grant_floor";
        } | {
            /** @description Put a site's request at the end of the queue. */
            args: {
                /** @description Which. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "defer";
        } | {
            /** @description Take a site's request back; the site itself may. */
            args: {
                /** @description Which. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "withdraw";
        } | {
            /** @description Empty the queue. */
            args: Record<string, never>;
            /** @enum {string} */
            cmd: "clear_queue";
        } | {
            /** @description 点名: ask one site after the other, score them, mute them. */
            args: {
                /** @description In order; empty is all branches. */
                sites?: components["schemas"]["SiteId"][];
            };
            /** @enum {string} */
            cmd: "start_roll_call";
        } | {
            /** @description Score the site being asked by what was seen and heard so far, and go on. */
            args: Record<string, never>;
            /** @enum {string} */
            cmd: "next_roll_call";
        } | {
            /** @description Set a site's score by hand; if it is being asked, go on. */
            args: {
                /** @description Which. */
                score: components["schemas"]["RollCallScore"];
                /** @description Whose. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "score_roll_call";
        } | {
            /** @description End the roll call; what was scored is kept. */
            args: Record<string, never>;
            /** @enum {string} */
            cmd: "stop_roll_call";
        } | {
            /** @description Open or close a site's microphone; the site itself may, unless it is locked. */
            args: {
                /** @description To what. */
                mic: components["schemas"]["Mic"];
                /** @description Whose. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "set_mic";
        } | {
            /** @description Close every microphone but the chair's and the main site's. */
            args: Record<string, never>;
            /** @enum {string} */
            cmd: "mute_all";
        } | {
            /** @description 闭音锁定: the site cannot open its microphone itself. */
            args: {
                /** @description Whether. */
                locked: boolean;
                /** @description Whose. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "mute_lock";
        } | {
            /** @description 静音(关扬声器): whether the site hears the others; the site itself may. */
            args: {
                /** @description Whose. */
                site: components["schemas"]["SiteId"];
                /** @description To what. */
                speaker: components["schemas"]["Speaker"];
            };
            /** @enum {string} */
            cmd: "set_speaker";
        } | {
            /** @description How much louder a site is made. */
            args: {
                /**
                 * Format: int32
                 * @description −60 to 24 dB.
                 */
                gain_db: number;
                /** @description Whose. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "set_gain";
        } | {
            /** @description Whom a site hears, of those whose microphones are open. */
            args: {
                /** @description `null` is everybody. */
                members?: components["schemas"]["SiteId"][] | null;
                /** @description Who hears. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "set_mix_members";
        } | {
            /** @description 同传频道 by value, at most 8; empty closes all. Whoever interprets into a language that is closed is closed too, and its listeners hear the floor. */
            args: {
                /** @description In the order they are shown; no language twice. */
                languages: components["schemas"]["Channel"][];
            };
            /** @enum {string} */
            cmd: "open_channels";
        } | {
            /** @description 同传译员: a site's sound goes to a language's channel and is not heard on the floor. */
            args: {
                language?: components["schemas"]["LanguageId"] | null;
                /** @description Whose. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "set_interpreter";
        } | {
            /** @description 收听语种: which channel a site hears; the site itself may. */
            args: {
                language?: components["schemas"]["LanguageId"] | null;
                /** @description Who hears. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "set_language";
        } | {
            /** @description Choose one viewer's picture; the site itself may where views are free and its own is not locked. */
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
            /** @description The multi-picture shown where nothing else is. */
            args: {
                layout?: components["schemas"]["Layout"] | null;
            };
            /** @enum {string} */
            cmd: "set_layout";
        } | {
            /** @description Put a picture into the operator's preview; `null` empties it. */
            args: {
                picture?: components["schemas"]["Picture"] | null;
            };
            /** @enum {string} */
            cmd: "set_preview";
        } | {
            /** @description Preview becomes the forced picture. */
            args: {
                /** @description How. */
                transition?: components["schemas"]["Transition"];
            };
            /** @enum {string} */
            cmd: "take";
        } | {
            /** @description Force again what was forced before. */
            args: Record<string, never>;
            /** @enum {string} */
            cmd: "previous_picture";
        } | {
            /** @description 垫片 in place of the picture, for one site or for all. */
            args: {
                site?: components["schemas"]["SiteId"] | null;
                /** @description Its words; `null` takes it away. */
                text?: string | null;
            };
            /** @enum {string} */
            cmd: "slate";
        } | {
            /** @description 轮询 */
            args: {
                /**
                 * Format: int32
                 * @description Seconds for each, 5 to 120; `null` is 10.
                 */
                dwell_s?: number | null;
                /** @description Show sites that are not connected too. */
                keep_absent?: boolean;
                /** @description Show sites whose picture does not arrive too. */
                keep_no_picture?: boolean;
                /** @description Who sees it. */
                kind: components["schemas"]["PollingKind"];
                /** @description Whose turns, in order; empty is all branches. */
                sites?: components["schemas"]["SiteId"][];
                /** @description With kind `watch`: who watches; empty is the main site. */
                viewers?: components["schemas"]["SiteId"][];
            };
            /** @enum {string} */
            cmd: "start_polling";
        } | {
            /** @description It stands still. */
            args: {
                /** @description Which. */
                kind: components["schemas"]["PollingKind"];
            };
            /** @enum {string} */
            cmd: "pause_polling";
        } | {
            /** @description It goes on. */
            args: {
                /** @description Which. */
                kind: components["schemas"]["PollingKind"];
            };
            /** @enum {string} */
            cmd: "resume_polling";
        } | {
            /** @description It ends. */
            args: {
                /** @description Which. */
                kind: components["schemas"]["PollingKind"];
            };
            /** @enum {string} */
            cmd: "stop_polling";
        } | {
            /** @description 声控切换: sites without another picture see whoever speaks. */
            args: {
                /**
                 * Format: int32
                 * @description 40 to 5000; `null` is 300.
                 */
                attack_ms?: number | null;
                /**
                 * Format: int32
                 * @description Quieter than this is nobody: −90 to 0; `null` is −45.
                 */
                gate_dbfs?: number | null;
                /**
                 * Format: int32
                 * @description 200 to 60000; `null` is 2000.
                 */
                hold_ms?: number | null;
                /** @description Whether. */
                on: boolean;
            };
            /** @enum {string} */
            cmd: "set_voice_switch";
        } | {
            /** @description 演示: the site's second stream is shown to all; the site itself may. */
            args: {
                /** @description Which. */
                site: components["schemas"]["SiteId"];
            };
            /** @enum {string} */
            cmd: "start_content";
        } | {
            /** @description It ends; the site that shows may. */
            args: Record<string, never>;
            /** @enum {string} */
            cmd: "stop_content";
        } | {
            /** @description Ask a site to show; `null` takes it back. */
            args: {
                site?: components["schemas"]["SiteId"] | null;
            };
            /** @enum {string} */
            cmd: "invite_content";
        } | {
            /** @description 锁定会议演示: only this site may show; `null` is anybody. */
            args: {
                site?: components["schemas"]["SiteId"] | null;
            };
            /** @enum {string} */
            cmd: "lock_content";
        } | {
            /** @description All that is drawn over program and multi-pictures, by value, at most 16. */
            args: {
                /** @description In drawing order. */
                overlays: components["schemas"]["Overlay"][];
            };
            /** @enum {string} */
            cmd: "set_overlays";
        } | {
            /** @description A picture for one audience. */
            args: {
                /** @description Whose. */
                audience: components["schemas"]["Audience"];
                picture?: components["schemas"]["Picture"] | null;
            };
            /** @enum {string} */
            cmd: "set_output";
        } | {
            /** @description 录制 */
            args: {
                /** @description To what. */
                record: components["schemas"]["RecordState"];
            };
            /** @enum {string} */
            cmd: "set_record";
        } | {
            /** @description 直播 */
            args: {
                /**
                 * Format: int32
                 * @description Held back by so many seconds, 0 to 120; `null` leaves it.
                 */
                delay_s?: number | null;
                /** @description Whether. */
                live: boolean;
            };
            /** @enum {string} */
            cmd: "set_live";
        } | {
            /** @description Take an area's lease while it is free. */
            args: {
                /** @description Which. */
                area: components["schemas"]["Area"];
            };
            /** @enum {string} */
            cmd: "take_lease";
        } | {
            /** @description Ask its holder for it. */
            args: {
                /** @description Which. */
                area: components["schemas"]["Area"];
            };
            /** @enum {string} */
            cmd: "request_lease";
        } | {
            /** @description Give it back. */
            args: {
                /** @description Which. */
                area: components["schemas"]["Area"];
            };
            /** @enum {string} */
            cmd: "release_lease";
        } | {
            /** @description Take it from its holder; asks for confirmation. */
            args: {
                /** @description Which. */
                area: components["schemas"]["Area"];
            };
            /** @enum {string} */
            cmd: "take_over_lease";
        } | {
            /** @description Nobody changes the forced picture until it is unlocked. */
            args: Record<string, never>;
            /** @enum {string} */
            cmd: "lock_program";
        } | {
            /** @description By whoever locked it; anybody else is asked for confirmation. */
            args: Record<string, never>;
            /** @enum {string} */
            cmd: "unlock_program";
        } | {
            /** @description 导播单 by value; `null` takes it away. */
            args: {
                sheet?: components["schemas"]["RunSheet"] | null;
            };
            /** @enum {string} */
            cmd: "load_run_sheet";
        } | {
            /** @description Which step comes next; nothing is done. */
            args: {
                /**
                 * Format: int32
                 * @description From 0.
                 */
                next: number;
            };
            /** @enum {string} */
            cmd: "set_run_step";
        } | {
            /** @description Do the next step: all of its commands as one change, or none. Needs the rights of all of them. */
            args: Record<string, never>;
            /** @enum {string} */
            cmd: "next_step";
        } | {
            /**
             * @description Make an emergency plan ready, by value, in place of one of that name; its trigger begins to watch. Needs the rights of all of its commands
             *     where it has a trigger.
             */
            args: {
                /** @description What. */
                plan: components["schemas"]["EmergencyPlan"];
            };
            /** @enum {string} */
            cmd: "arm_plan";
        } | {
            /** @description Take it away. */
            args: {
                /** @description Which. */
                name: string;
            };
            /** @enum {string} */
            cmd: "disarm_plan";
        } | {
            /** @description Run it: all of its commands as one change, or none. Needs the rights of all of them; asks for confirmation. */
            args: {
                /** @description Which. */
                name: string;
            };
            /** @enum {string} */
            cmd: "run_plan";
        } | {
            /** @description Answer a plan whose trigger asks: run it, as `run_plan` does but without asking again, or leave it. Needs the rights of `run_plan`. */
            args: {
                /** @description Which. */
                name: string;
                /** @description Whether it shall run. */
                run: boolean;
            };
            /** @enum {string} */
            cmd: "answer_plan";
        } | {
            /** @description Take back what running it did. */
            args: {
                /** @description Which. */
                name: string;
            };
            /** @enum {string} */
            cmd: "roll_back_plan";
        } | {
            /** @description Take back a change: the latest reversible one, or that of a revision. Another person's asks for confirmation. */
            args: {
                rev?: components["schemas"]["Rev"] | null;
            };
            /** @enum {string} */
            cmd: "undo";
        } | {
            /** @description Do again what was taken back last. Another person's asks for confirmation. */
            args: Record<string, never>;
            /** @enum {string} */
            cmd: "redo";
        } | {
            /** @description End the conference; asks for confirmation. */
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
            /** @description 同传频道 that are open. */
            channels?: components["schemas"]["Channel"][];
            /** @description Its id. */
            conference: components["schemas"]["ConferenceId"];
            /** @description 双流 */
            content: components["schemas"]["Content"];
            /** @description Leases, run sheet, plans. */
            desk: components["schemas"]["Desk"];
            /** @description 发言队列, first come first. */
            floor_queue: components["schemas"]["SiteId"][];
            forced?: components["schemas"]["Forced"] | null;
            /** @description The main site. */
            main_site: components["schemas"]["SiteId"];
            /**
             * Format: int64
             * @description Milliseconds since 1970.
             */
            opened_at_ms: number;
            /** @description Recording and live stream, as wanted. */
            output: components["schemas"]["Output"];
            /** @description Running or ended. */
            phase: components["schemas"]["ConferencePhase"];
            preview?: components["schemas"]["Picture"] | null;
            previous?: components["schemas"]["Forced"] | null;
            /** @description What the program monitor shows: the forced picture, else whoever speaks (声控切换), else the main site. */
            program: components["schemas"]["Picture"];
            redo?: components["schemas"]["UndoInfo"] | null;
            /** @description 彩排: simulated sites, into which faults may be put. */
            rehearsal?: boolean;
            /** @description Revision of the wanted state. */
            rev: components["schemas"]["Rev"];
            /** @description Pollings and voice switch. */
            rotation: components["schemas"]["Rotation"];
            /** @description Settings of the whole conference. */
            settings: components["schemas"]["Settings"];
            /** @description All seats in fixed site order. */
            sites: components["schemas"]["SiteSnapshot"][];
            /** @description Chair, timer, roll call. */
            speech: components["schemas"]["Speech"];
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
        /** @description 双流: the second stream. */
        Content: {
            invited?: components["schemas"]["SiteId"] | null;
            locked_to?: components["schemas"]["SiteId"] | null;
            site?: components["schemas"]["SiteId"] | null;
        };
        /** @description What people at the desk share. */
        Desk: {
            /** @description Who alone may do what. */
            leases: components["schemas"]["Leases"];
            /**
             * Format: int32
             * @description The step that comes next, from 0.
             */
            next_step: number;
            /** @description 应急预案, by name. */
            plans: components["schemas"]["ArmedPlan"][];
            /** @description Account that locked the program; `null` is not locked. */
            program_locked_by?: string | null;
            run_sheet?: components["schemas"]["RunSheet"] | null;
        };
        /**
         * @description Where a line stands.
         * @enum {string}
         */
        Edge: "top" | "bottom";
        /** @description 应急预案 */
        EmergencyPlan: {
            /** @description Done in order as one change, or not at all; at most 32. */
            commands: components["schemas"]["Command"][];
            /** @description Names it in commands, 1 to 64 bytes. */
            name: string;
            /** @description As shown. */
            title: string;
            trigger?: components["schemas"]["PlanTrigger"] | null;
        };
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
                after?: components["schemas"]["Forced"] | null;
                before?: components["schemas"]["Forced"] | null;
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
            /** @description Any other field changed. */
            data: {
                /** @description After; the same field. */
                after: components["schemas"]["Setting"];
                /** @description Before. */
                before: components["schemas"]["Setting"];
            };
            /** @enum {string} */
            event: "changed";
        } | {
            /** @description A change that had been taken back was made again. */
            data: {
                /** @description What that did. */
                effect: components["schemas"]["Event"][];
                /** @description Which. */
                rev: components["schemas"]["Rev"];
            };
            /** @enum {string} */
            event: "redone";
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
        /** @description What became of a plan's trigger, or of its plan when a person ran it first; times in ms since 1970. */
        Fired: {
            /**
             * Format: int64
             * @description When.
             */
            at_ms: number;
            /** @enum {string} */
            fired: "asks";
        } | {
            /**
             * Format: int64
             * @description When.
             */
            at_ms: number;
            /** @enum {string} */
            fired: "ran";
        } | {
            /**
             * Format: int64
             * @description When.
             */
            at_ms: number;
            /** @enum {string} */
            fired: "dismissed";
        } | {
            /**
             * Format: int64
             * @description When.
             */
            at_ms: number;
            /** @description Which command and why, English. */
            detail: string;
            /** @description 中文 */
            detail_zh: string;
            /** @enum {string} */
            fired: "refused";
        };
        /** @description A site's request for the floor. */
        FloorRequest: {
            /**
             * Format: int64
             * @description Since when, ms since 1970.
             */
            at_ms: number;
            /**
             * Format: int64
             * @description Place in the queue: lower is earlier.
             */
            order: number;
        };
        /** @description The one picture that all are forced to see; starting one ends the other. */
        Forced: {
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
            kind: "dialogue";
            /** @description The branch. */
            site: components["schemas"]["SiteId"];
            /** @description Microphones it changed. */
            speech: components["schemas"]["SpeechMics"];
        } | {
            /** @enum {string} */
            kind: "call_to_speak";
            /** @description Who speaks. */
            site: components["schemas"]["SiteId"];
            /** @description Microphones it changed. */
            speech: components["schemas"]["SpeechMics"];
        } | {
            /** @enum {string} */
            kind: "polling";
            /** @description Whose turns. */
            polling: components["schemas"]["Polling"];
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
        /** @description Body of `GET /api/conferences/{id}/journal`: what happened after a revision, oldest first. */
        JournalPage: {
            /** @description Of which conference. */
            conference: components["schemas"]["ConferenceId"];
            /** @description All facts of each revision on this page; a revision never stands on two pages. */
            envelopes: components["schemas"]["Envelope"][];
            /** @description Whether more follow: ask again after the last revision here. */
            more: boolean;
            /**
             * Format: int64
             * @description When it was opened, ms since 1970. One of the same id that is opened later has another.
             */
            opened_at_ms: number;
            /** @description Its revision. */
            rev: components["schemas"]["Rev"];
        };
        /** @description A language into which is interpreted, such as `en` or `ug`. */
        LanguageId: string;
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
        /** @description Who alone may give an area's commands. */
        Lease: {
            /** @description Account. */
            holder: string;
            /**
             * Format: int64
             * @description Since when, ms since 1970.
             */
            since_ms: number;
            /** @description Account that asks for it. */
            wanted_by?: string | null;
        };
        /** @description 操作权 */
        Leases: {
            affairs?: components["schemas"]["Lease"] | null;
            picture?: components["schemas"]["Lease"] | null;
            sound?: components["schemas"]["Lease"] | null;
        };
        /** @description Who is the loudest, as the rule has decided. */
        Loudest: {
            before?: components["schemas"]["SiteId"] | null;
            /**
             * Format: int64
             * @description Since when, ms since 1970.
             */
            since_ms: number;
            /** @description Who. */
            site: components["schemas"]["SiteId"];
        };
        /**
         * @description Which mark.
         * @enum {string}
         */
        Mark: "recording" | "live";
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
            /** @description 彩排: simulated sites, into which faults may be put. Default no. */
            rehearsal?: boolean;
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
        /** @description What leaves the conference. */
        Output: {
            hall_screen?: components["schemas"]["Picture"] | null;
            /** @description Wanted live stream. */
            live: boolean;
            /**
             * Format: int32
             * @description Seconds by which the live stream is held back, 0 to 120.
             */
            live_delay_s: number;
            live_picture?: components["schemas"]["Picture"] | null;
            /** @description Wanted recording. */
            record: components["schemas"]["RecordState"];
            record_picture?: components["schemas"]["Picture"] | null;
        };
        /** @description One thing drawn over program and multi-pictures. */
        Overlay: {
            /** @description 横幅: a fixed line, usually the meeting's title. */
            of: {
                /** @description Where. */
                at: components["schemas"]["Edge"];
                /** @description Its words. */
                text: string;
            };
            /** @enum {string} */
            overlay: "banner";
        } | {
            /** @description 滚动字幕 */
            of: {
                /** @description Where. */
                at: components["schemas"]["Edge"];
                /**
                 * Format: int32
                 * @description Pixels per second on a canvas 1280 wide, 10 to 500.
                 */
                speed_px_s: number;
                /** @description Its words. */
                text: string;
            };
            /** @enum {string} */
            overlay: "ticker";
        } | {
            /** @description 字幕条: name and office of who speaks. */
            of: {
                /** @description Second line; may be empty. */
                subtitle: string;
                /** @description First line. */
                title: string;
            };
            /** @enum {string} */
            overlay: "lower_third";
        } | {
            /** @description 时钟 */
            of: {
                /**
                 * Format: int32
                 * @description Minutes east of UTC, −720 to 840; China is 480.
                 */
                utc_offset_min: number;
            };
            /** @enum {string} */
            overlay: "clock";
        } | {
            /** @description 倒计时 */
            of: {
                /** @description Its words. */
                label: string;
                /**
                 * Format: int64
                 * @description When it is over, ms since 1970.
                 */
                until_ms: number;
            };
            /** @enum {string} */
            overlay: "countdown";
        } | {
            /** @description 密级 */
            of: {
                /** @description Its words. */
                text: string;
            };
            /** @enum {string} */
            overlay: "classification";
        } | {
            /** @description 录制、直播标志 */
            of: components["schemas"]["Mark"];
            /** @enum {string} */
            overlay: "mark";
        };
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
        /** @description 自动触发: when a plan runs by itself, once; it is armed again by hand. */
        PlanTrigger: {
            /** @description Ask instead of running: a person answers with `answer_plan`. */
            ask?: boolean;
            /** @description Run although somebody has locked the program; otherwise it waits for the lock to go. */
            even_locked?: boolean;
            /**
             * Format: int32
             * @description For how many seconds without a break, 1 to 600.
             */
            for_s: number;
            /** @description What has to be so. */
            when: components["schemas"]["TriggerCause"];
        };
        /** @description 轮询: sites shown in turn. */
        Polling: {
            /**
             * Format: int32
             * @description Seconds for each, 5 to 120.
             */
            dwell_s: number;
            /** @description Whose turns, in order. */
            sites: components["schemas"]["SiteId"][];
            /** @description Skip sites that are not connected. */
            skip_absent: boolean;
            /** @description Skip sites whose picture does not arrive. */
            skip_no_picture: boolean;
            /** @description With [`PollingKind::Watch`]: who watches; empty is the main site. */
            viewers?: components["schemas"]["SiteId"][];
        };
        /**
         * @description Who watches a polling.
         * @enum {string}
         */
        PollingKind: "watch" | "broadcast";
        /** @description Whose turn it is. */
        PollingStep: {
            /**
             * Format: int32
             * @description Place in the list, from 0.
             */
            index: number;
            /**
             * Format: int64
             * @description When its turn ends, ms since 1970.
             */
            next_at_ms: number;
            /** @description The site there. */
            site: components["schemas"]["SiteId"];
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
        /** @description What a site's people shall be told. */
        Prompt: {
            /** @enum {string} */
            prompt: "roll_call";
        } | {
            /**
             * Format: int64
             * @description When the time is over, ms since 1970.
             */
            ends_at_ms?: number | null;
            /** @enum {string} */
            prompt: "speak";
        } | {
            /** @enum {string} */
            prompt: "speech_over";
        } | {
            /** @enum {string} */
            prompt: "chair";
        } | {
            /** @enum {string} */
            prompt: "show_content";
        };
        /**
         * @description 录制
         * @enum {string}
         */
        RecordState: "stopped" | "running" | "paused";
        /** @description How far calling a lost terminal again is. */
        Redial: {
            /**
             * Format: int64
             * @description When the next is due, ms since 1970.
             */
            next_at_ms: number;
            /**
             * Format: int32
             * @description Tries made.
             */
            tries: number;
        };
        /** @description 自动重呼 */
        RedialPolicy: {
            /**
             * Format: int32
             * @description Seconds between tries, 5 to 600.
             */
            every_s: number;
            /**
             * Format: int32
             * @description Tries before it is given up, 1 to 100.
             */
            tries: number;
        };
        /**
         * Format: int64
         * @description Counts the accepted changes of a conference; 0 before it is opened. Stays below 2^53, so that JSON numbers hold it.
         */
        Rev: number;
        /** @description 点名 and its record. */
        RollCall: {
            /**
             * Format: int64
             * @description `null` while it goes on.
             */
            finished_at_ms?: number | null;
            /** @description Sites in the order they are asked. */
            rows: components["schemas"]["RollCallRow"][];
            /**
             * Format: int64
             * @description Milliseconds since 1970.
             */
            started_at_ms: number;
            turn?: components["schemas"]["RollCallTurn"] | null;
        };
        /** @description One site's result. */
        RollCallRow: {
            /**
             * Format: int32
             * @description From the question to the first word, in ms; `null` when there was none.
             */
            answer_ms?: number | null;
            /** @description Given by a person, not measured. */
            by_hand: boolean;
            score?: components["schemas"]["RollCallScore"] | null;
            /** @description Whose. */
            site: components["schemas"]["SiteId"];
        };
        /**
         * @description Result of a roll call.
         * @enum {string}
         */
        RollCallScore: "normal" | "picture_without_sound" | "sound_without_picture" | "no_answer" | "late";
        /** @description A site being asked. */
        RollCallTurn: {
            /**
             * Format: int64
             * @description When the microphone was opened, ms since 1970.
             */
            asked_at_ms: number;
            /**
             * Format: int64
             * @description When it was heard, ms since 1970.
             */
            heard_at_ms?: number | null;
            /** @description Who. */
            site: components["schemas"]["SiteId"];
            /**
             * Format: int64
             * @description When anything at all came from its microphone, be it the noise of its room, ms since 1970.
             */
            sound_at_ms?: number | null;
            /**
             * Format: int64
             * @description When waiting ends, ms since 1970.
             */
            until_ms: number;
        };
        /** @description Everything that takes turns by itself. */
        Rotation: {
            /** @description The broadcast polling stands still. */
            broadcast_paused: boolean;
            broadcast_step?: components["schemas"]["PollingStep"] | null;
            /** @description Cells that poll, each list once. */
            cells: components["schemas"]["CellTurn"][];
            loudest?: components["schemas"]["Loudest"] | null;
            voice_switch?: components["schemas"]["VoiceSwitch"] | null;
            watch?: components["schemas"]["Polling"] | null;
            /** @description It stands still. */
            watch_paused: boolean;
            watch_step?: components["schemas"]["PollingStep"] | null;
        };
        /** @description 导播单 */
        RunSheet: {
            /** @description In order, 1 to 200. */
            steps: components["schemas"]["RunStep"][];
            /** @description Its name. */
            title: string;
        };
        /** @description One step: what is done at once when it is reached. */
        RunStep: {
            /** @description Done in order as one change, or not at all; at most 32. */
            commands?: components["schemas"]["Command"][];
            /**
             * Format: int64
             * @description When it is planned, ms since 1970.
             */
            planned_at_ms?: number | null;
            /** @description For the director. */
            text?: string;
            /** @description Its name. */
            title: string;
        };
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
        /** @description A field and its value. The names are those of the snapshot. */
        Setting: {
            /** @enum {string} */
            field: "main_site";
            /** @description 主会场 */
            value: {
                site: components["schemas"]["SiteId"];
            };
        } | {
            /** @enum {string} */
            field: "locked";
            /** @description 锁定会议 */
            value: {
                locked: boolean;
            };
        } | {
            /** @enum {string} */
            field: "end_time";
            /** @description 延长会议 */
            value: {
                auto_end: boolean;
                /** Format: int64 */
                ends_at_ms?: number | null;
            };
        } | {
            /** @enum {string} */
            field: "mute_on_join";
            /** @description 入会闭音 */
            value: {
                mic: components["schemas"]["Mic"];
            };
        } | {
            /** @enum {string} */
            field: "free_view";
            /** @description 自由选看 */
            value: {
                free_view: boolean;
            };
        } | {
            /** @enum {string} */
            field: "redial_policy";
            /** @description 自动重呼 */
            value: {
                policy?: components["schemas"]["RedialPolicy"] | null;
            };
        } | {
            /** @enum {string} */
            field: "redial";
            /** @description A lost terminal being called again. */
            value: {
                redial?: components["schemas"]["Redial"] | null;
                site: components["schemas"]["SiteId"];
            };
        } | {
            /** @enum {string} */
            field: "multi_picture";
            /** @description 多画面 */
            value: {
                layout?: components["schemas"]["Layout"] | null;
            };
        } | {
            /** @enum {string} */
            field: "slate";
            /** @description 垫片 */
            value: {
                text?: string | null;
            };
        } | {
            /** @enum {string} */
            field: "site_slate";
            /** @description One site's 垫片 */
            value: {
                site: components["schemas"]["SiteId"];
                text?: string | null;
            };
        } | {
            /** @enum {string} */
            field: "fade";
            /** @description 淡变 */
            value: {
                /** Format: int32 */
                fade_ms: number;
            };
        } | {
            /** @enum {string} */
            field: "overlays";
            /** @description Overlays. */
            value: {
                overlays: components["schemas"]["Overlay"][];
            };
        } | {
            /** @enum {string} */
            field: "previous";
            /** @description What was forced before. */
            value: {
                forced?: components["schemas"]["Forced"] | null;
            };
        } | {
            /** @enum {string} */
            field: "removed";
            /** @description Whether a seat was taken out of the conference. */
            value: {
                removed: boolean;
                site: components["schemas"]["SiteId"];
            };
        } | {
            /** @enum {string} */
            field: "own_view";
            /** @description Whether a view was chosen by the site itself. */
            value: {
                own: boolean;
                site: components["schemas"]["SiteId"];
            };
        } | {
            /** @enum {string} */
            field: "mute_lock";
            /** @description 闭音锁定 */
            value: {
                locked: boolean;
                site: components["schemas"]["SiteId"];
            };
        } | {
            /** @enum {string} */
            field: "speaker";
            /** @description 静音 */
            value: {
                site: components["schemas"]["SiteId"];
                speaker: components["schemas"]["Speaker"];
            };
        } | {
            /** @enum {string} */
            field: "gain";
            /** @description Gain of a site's sound. */
            value: {
                /** Format: int32 */
                gain_db: number;
                site: components["schemas"]["SiteId"];
            };
        } | {
            /** @enum {string} */
            field: "mix_members";
            /** @description Whom a site hears. */
            value: {
                members?: components["schemas"]["SiteId"][] | null;
                site: components["schemas"]["SiteId"];
            };
        } | {
            /** @enum {string} */
            field: "channels";
            /** @description 同传频道 */
            value: {
                channels: components["schemas"]["Channel"][];
            };
        } | {
            /** @enum {string} */
            field: "interpreter";
            /** @description 同传译员 */
            value: {
                language?: components["schemas"]["LanguageId"] | null;
                site: components["schemas"]["SiteId"];
            };
        } | {
            /** @enum {string} */
            field: "language";
            /** @description 收听语种 */
            value: {
                language?: components["schemas"]["LanguageId"] | null;
                site: components["schemas"]["SiteId"];
            };
        } | {
            /** @enum {string} */
            field: "chair";
            /** @description 主席 */
            value: {
                site?: components["schemas"]["SiteId"] | null;
            };
        } | {
            /** @enum {string} */
            field: "chair_request";
            /** @description 申请主席 */
            value: {
                requested: boolean;
                site: components["schemas"]["SiteId"];
            };
        } | {
            /** @enum {string} */
            field: "floor";
            /** @description 申请发言 */
            value: {
                request?: components["schemas"]["FloorRequest"] | null;
                site: components["schemas"]["SiteId"];
            };
        } | {
            /** @enum {string} */
            field: "speech_timer";
            /** @description 发言计时 */
            value: {
                timer?: components["schemas"]["SpeechTimer"] | null;
            };
        } | {
            /** @enum {string} */
            field: "speech_over";
            /** @description The speaker's time has run out. */
            value: {
                over: boolean;
            };
        } | {
            /** @enum {string} */
            field: "roll_call";
            /** @description 点名 */
            value: {
                roll_call?: components["schemas"]["RollCall"] | null;
            };
        } | {
            /** @enum {string} */
            field: "watch_polling";
            /** @description 循环观看 */
            value: {
                polling?: components["schemas"]["Polling"] | null;
            };
        } | {
            /** @enum {string} */
            field: "polling_paused";
            /** @description A polling stands still. */
            value: {
                kind: components["schemas"]["PollingKind"];
                paused: boolean;
            };
        } | {
            /** @enum {string} */
            field: "polling_step";
            /** @description Whose turn it is. */
            value: {
                kind: components["schemas"]["PollingKind"];
                step?: components["schemas"]["PollingStep"] | null;
            };
        } | {
            /** @enum {string} */
            field: "voice_switch";
            /** @description 声控切换 */
            value: {
                voice_switch?: components["schemas"]["VoiceSwitch"] | null;
            };
        } | {
            /** @enum {string} */
            field: "loudest";
            /** @description Who is the loudest. */
            value: {
                loudest?: components["schemas"]["Loudest"] | null;
            };
        } | {
            /** @enum {string} */
            field: "cell_turns";
            /** @description Whose turn it is in cells. */
            value: {
                cells: components["schemas"]["CellTurn"][];
            };
        } | {
            /** @enum {string} */
            field: "content_site";
            /** @description 演示 */
            value: {
                site?: components["schemas"]["SiteId"] | null;
            };
        } | {
            /** @enum {string} */
            field: "content_lock";
            /** @description 锁定会议演示 */
            value: {
                site?: components["schemas"]["SiteId"] | null;
            };
        } | {
            /** @enum {string} */
            field: "content_invite";
            /** @description Asked to show. */
            value: {
                site?: components["schemas"]["SiteId"] | null;
            };
        } | {
            /** @enum {string} */
            field: "lease";
            /** @description 操作权 */
            value: {
                area: components["schemas"]["Area"];
                lease?: components["schemas"]["Lease"] | null;
            };
        } | {
            /** @enum {string} */
            field: "program_lock";
            /** @description The program is locked. */
            value: {
                by?: string | null;
            };
        } | {
            /** @enum {string} */
            field: "run_sheet";
            /** @description 导播单 */
            value: {
                sheet?: components["schemas"]["RunSheet"] | null;
            };
        } | {
            /** @enum {string} */
            field: "next_step";
            /** @description The step that comes next. */
            value: {
                /** Format: int32 */
                next: number;
            };
        } | {
            /** @enum {string} */
            field: "plan";
            /** @description 应急预案 */
            value: {
                armed?: components["schemas"]["ArmedPlan"] | null;
                name: string;
            };
        } | {
            /** @enum {string} */
            field: "output_picture";
            /** @description An audience's picture. */
            value: {
                audience: components["schemas"]["Audience"];
                picture?: components["schemas"]["Picture"] | null;
            };
        } | {
            /** @enum {string} */
            field: "record";
            /** @description 录制 */
            value: {
                record: components["schemas"]["RecordState"];
            };
        } | {
            /** @enum {string} */
            field: "live";
            /** @description 直播 */
            value: {
                live: boolean;
            };
        } | {
            /** @enum {string} */
            field: "live_delay";
            /** @description The live stream is held back. */
            value: {
                /** Format: int32 */
                delay_s: number;
            };
        };
        /** @description Settings of the whole conference. */
        Settings: {
            /** @description The conference ends by itself at that time. */
            auto_end: boolean;
            /**
             * Format: int64
             * @description Planned end, ms since 1970; `null` is open.
             */
            ends_at_ms?: number | null;
            /**
             * Format: int32
             * @description Length of the cross-fade of the picture on air in ms; 0 is a cut.
             */
            fade_ms: number;
            /** @description Sites may choose their own view. */
            free_view: boolean;
            /** @description 锁定会议: nobody more is called in. */
            locked: boolean;
            multi_picture?: components["schemas"]["Layout"] | null;
            /** @description What a joiner's microphone gets. */
            mute_on_join: components["schemas"]["Mic"];
            /** @description Drawn over program and multi-pictures. */
            overlays: components["schemas"]["Overlay"][];
            redial?: components["schemas"]["RedialPolicy"] | null;
            /** @description 垫片 for everybody: its words; `null` is none. */
            slate?: string | null;
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
            /** @description 同传频道 it may choose from. */
            channels?: components["schemas"]["Channel"][];
            interprets?: components["schemas"]["LanguageId"] | null;
            listens_to?: components["schemas"]["LanguageId"] | null;
            /** @description Its wanted microphone; enforced in relay and mixer whatever the terminal does. */
            mic: components["schemas"]["Mic"];
            /** @description It cannot open its microphone itself. */
            mute_locked: boolean;
            /** @description Whether the conference runs. */
            phase: components["schemas"]["ConferencePhase"];
            /** @description What its people shall be told at the moment. */
            prompts: components["schemas"]["Prompt"][];
            /**
             * Format: int32
             * @description Tries made to call it again; a change asks the room to join afresh.
             */
            redials: number;
            /** @description Whether the site has its seat. */
            seated: boolean;
            /** @description Which site. */
            site: components["schemas"]["SiteId"];
            /** @description Wanted loudspeaker; the MCU sends no sound while it is muted. */
            speaker: components["schemas"]["Speaker"];
            /** @description Who sees it, and what it sees. */
            tally: components["schemas"]["Tally"];
        };
        /** @description A seat in a conference (会场). */
        SiteId: string;
        /**
         * @description What a site is.
         * @enum {string}
         */
        SiteKind: "main_hall" | "branch" | "executive" | "upper";
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
            floor?: components["schemas"]["FloorRequest"] | null;
            /**
             * Format: int32
             * @description How much louder it is made.
             */
            gain_db: number;
            interprets?: components["schemas"]["LanguageId"] | null;
            /** @description What it is. */
            kind: components["schemas"]["SiteKind"];
            /**
             * Format: int32
             * @description Bits per second the line to the site is known to carry; `null` when its terminal does not tell.
             */
            line_bps?: number | null;
            listens_to?: components["schemas"]["LanguageId"] | null;
            /**
             * Format: int32
             * @description Packets lost from the site in the last second, ‰.
             */
            loss_permille: number;
            /** @description Wanted microphone; enforced in relay and mixer. */
            mic: components["schemas"]["Mic"];
            /** @description Whom it hears; `null` is everybody. */
            mix_members?: components["schemas"]["SiteId"][] | null;
            /** @description 闭音锁定: it cannot open its microphone itself. */
            mute_locked: boolean;
            /** @description Chinese name. */
            name: string;
            /** @description English name. */
            name_en: string;
            /** @description Whether a picture is arriving. */
            picture: boolean;
            redial?: components["schemas"]["Redial"] | null;
            /**
             * Format: int32
             * @description Round trip in ms; `null` when not known.
             */
            rtt_ms?: number | null;
            /** @description Seated by call, unseated by hang_up. */
            seated: boolean;
            /** @description Its id. */
            site: components["schemas"]["SiteId"];
            /** @description Its own slate's words; `null` is none. */
            slate?: string | null;
            /** @description Whether sound is arriving. */
            sound: boolean;
            /** @description Wanted loudspeaker. */
            speaker: components["schemas"]["Speaker"];
            /** @description 对讲: somebody at the desk speaks into this room alone. Nobody is heard there while its microphone is open. */
            talkback?: boolean;
            /** @description Computed from what is really sent. */
            tally: components["schemas"]["Tally"];
            trouble?: components["schemas"]["SiteTrouble"] | null;
            /** @description Wanted view of its own. */
            view: components["schemas"]["ViewSnapshot"];
            /** @description 申请主席 */
            wants_chair: boolean;
        };
        /**
         * @description What keeps pictures from or to a site smaller than they may be, the worst first.
         * @enum {string}
         */
        SiteTrouble: "line_sound_only" | "cannot_decode" | "line_thin" | "sends_small";
        /**
         * @description State of a site's loudspeaker: muted is 静音(关扬声器).
         * @enum {string}
         */
        Speaker: "on" | "muted";
        /** @description Who may speak. */
        Speech: {
            chair?: components["schemas"]["SiteId"] | null;
            /** @description It has run out. */
            over: boolean;
            roll_call?: components["schemas"]["RollCall"] | null;
            timer?: components["schemas"]["SpeechTimer"] | null;
        };
        /** @description What a dialogue or a call to speak did to microphones; ending it restores those that nobody has set since. */
        SpeechMics: {
            /** @description All that really changed. */
            mics: components["schemas"]["MicChange"][];
            /** @description The revision that did it. */
            rev: components["schemas"]["Rev"];
        };
        /** @description 发言计时 */
        SpeechTimer: {
            /** @description Whether the speech is ended then; otherwise it is only told. */
            auto_end: boolean;
            /**
             * Format: int64
             * @description When the time is over, ms since 1970.
             */
            ends_at_ms: number;
        };
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
        /** @description How preview becomes program. */
        Transition: "cut" | {
            /** @description 淡变: the picture on air is composed and cross-faded. */
            fade: {
                /**
                 * Format: int32
                 * @description Length, 100 to 5000.
                 */
                ms: number;
            };
        };
        /** @description What a trigger waits for, as reported by relay and mixer. A site that is `null` is the main site, whichever that is. */
        TriggerCause: {
            /** @enum {string} */
            cause: "main_site_lost";
        } | {
            /** @enum {string} */
            cause: "main_picture_lost";
        } | {
            /** @enum {string} */
            cause: "picture_black";
            site?: components["schemas"]["SiteId"] | null;
        } | {
            /** @enum {string} */
            cause: "picture_frozen";
            site?: components["schemas"]["SiteId"] | null;
        } | {
            /** @enum {string} */
            cause: "sound_howling";
            site?: components["schemas"]["SiteId"] | null;
        } | {
            /**
             * Format: int32
             * @description In ‰, 0 to 999.
             */
            above_permille: number;
            /** @enum {string} */
            cause: "loss";
            site?: components["schemas"]["SiteId"] | null;
        };
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
            /** @description Whether it chose it itself. */
            own: boolean;
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
        /** @description 声控切换 */
        VoiceSwitch: {
            /**
             * Format: int32
             * @description How long one has to be the loudest, in ms.
             */
            attack_ms: number;
            /**
             * Format: int32
             * @description Quieter than this is nobody, in dB below full scale.
             */
            gate_dbfs: number;
            /**
             * Format: int32
             * @description How long one is left on screen at least, in ms.
             */
            hold_ms: number;
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
