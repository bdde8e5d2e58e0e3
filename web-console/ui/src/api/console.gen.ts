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
            /** @description The property whose report proves it; `null` when the device's completion is the proof. */
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
        DeviceKind: "camera" | "projector";
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
            /** @description By name, e.g. `power`, `preset`, `input`. */
            properties: {
                [key: string]: components["schemas"]["PropertySnapshot"];
            };
            /** @description A simulator, not a device. */
            simulated: boolean;
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
        } | {
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
        /**
         * @description How much a reported value is worth.
         * @enum {string}
         */
        Quality: "known" | "assumed" | "stale" | "unknown";
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
        RefusalCode: "room.device.unknown" | "room.command.unknown" | "room.command.bad_args" | "room.device.offline" | "room.device.busy" | "room.scene.unknown" | "room.scene.running" | "room.uplink.down" | "room.rehearsal.real" | "room.fault.unknown" | "room.request.malformed";
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
        /** @description A room's name, e.g. `guiyang`; in the default deployment equal to the site it seats. */
        RoomId: string;
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
            terminal?: components["schemas"]["Text"] | null;
        };
        /** @description A room as told to browsers. */
        RoomStatus: {
            /** @description Whether its uplink is up. */
            connected: boolean;
            /** @description Its id. */
            room: string;
            /**
             * Format: int64
             * @description Since when that is so, ms since 1970; 0 when it was never seen since the console started.
             */
            since_ms: number;
            snapshot?: components["schemas"]["RoomSnapshot"] | null;
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
        } | {
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
        /**
         * @description State of a step.
         * @enum {string}
         */
        StepState: "waiting" | "running" | "done" | "already" | "failed" | "skipped";
        /** @description A word in both languages. */
        Text: {
            /** @description English */
            en: string;
            /** @description 中文 */
            zh: string;
        };
        /**
         * @description How an injection ended.
         * @enum {string}
         */
        Verdict: "prompt" | "slow" | "missed" | "not_needed";
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
