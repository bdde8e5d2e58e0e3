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
        RefusalCode: "room.device.unknown" | "room.command.unknown" | "room.command.bad_args" | "room.device.offline" | "room.device.busy" | "room.scene.unknown" | "room.scene.running" | "room.uplink.down" | "room.request.malformed";
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
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
