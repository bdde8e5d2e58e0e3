//! 彩排 faults of a simulated room: what is at work, until when. Only simulated rooms may be hurt.

use room_api::{ActiveFault, Fault, MAX_FAULT_S, Refusal, RefusalCode};

use crate::room::{Output, Room};
use crate::text;

impl Room {
    /// Begins a fault, in place of one of its kind.
    pub(crate) fn start_fault(&mut self, now_ms: u64, fault: Fault, for_s: u32, seed: u32) -> Result<ActiveFault, Refusal> {
        self.must_be_simulated()?;
        fault.check().map_err(|text| Refusal { code: RefusalCode::BadArgs, text })?;
        if !(1..=MAX_FAULT_S).contains(&for_s) {
            let words = text(format!("时长应为 1 到 {MAX_FAULT_S} 秒"), format!("it lasts 1 to {MAX_FAULT_S} s"));
            return Err(Refusal { code: RefusalCode::BadArgs, text: words });
        }
        self.faults.retain(|other| other.fault.name() != fault.name());
        self.last_id += 1;
        let active = ActiveFault { id: self.last_id, fault, seed, since_ms: now_ms, until_ms: now_ms + u64::from(for_s) * 1000 };
        self.faults.push(active.clone());
        self.faults_changed();
        Ok(active)
    }

    pub(crate) fn lift_fault(&mut self, id: u64) -> Result<(), Refusal> {
        let before = self.faults.len();
        self.faults.retain(|fault| fault.id != id);
        if self.faults.len() == before {
            let words = text(format!("没有编号为 {id} 的故障,可能已经结束"), format!("there is no fault {id}; it may have ended"));
            return Err(Refusal { code: RefusalCode::UnknownFault, text: words });
        }
        self.faults_changed();
        Ok(())
    }

    pub(crate) fn clear_faults(&mut self) {
        if !self.faults.is_empty() {
            self.faults.clear();
            self.faults_changed();
        }
    }

    /// Ends those whose time is over.
    pub(crate) fn expire_faults(&mut self, now_ms: u64) {
        let before = self.faults.len();
        self.faults.retain(|fault| fault.until_ms > now_ms);
        if self.faults.len() != before {
            self.faults_changed();
        }
    }

    fn faults_changed(&mut self) {
        self.outputs.push_back(Output::Faults(self.faults.clone()));
        self.changed();
    }

    fn must_be_simulated(&self) -> Result<(), Refusal> {
        let spec = &self.spec;
        let real = spec.devices.iter().find(|device| !device.simulated);
        if spec.rehearsal && spec.simulated_source && real.is_none() {
            return Ok(());
        }
        let (zh, en) = match real {
            Some(device) => (format!("设备“{}”是真实设备", device.name.zh), format!("its device {} is a real one", device.name.en)),
            None => ("会场使用真实信号源".to_owned(), "it has a real source".to_owned()),
        };
        let words = text(
            format!("{zh},不得注入故障;请只对仿真会场进行彩排"),
            format!("{en}, so no fault may be injected; rehearse with simulated rooms only"),
        );
        Err(Refusal { code: RefusalCode::RealRoom, text: words })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use room_api::{DeviceId, DeviceKind, Fault, RefusalCode, RoomId, RoomRequest, RoomResponse};

    use crate::room::{Output, Room};
    use crate::spec::{DeviceSpec, RoomSpec};
    use crate::text;

    fn room(rehearsal: bool, simulated: bool, source: bool) -> Room {
        let device = DeviceSpec {
            device: DeviceId("camera".to_owned()),
            name: text("摄像机", "camera"),
            kind: DeviceKind::Camera,
            driver: "visca".to_owned(),
            simulated,
            commands: Vec::new(),
            properties: Vec::new(),
            labels: BTreeMap::new(),
        };
        let (room, name) = (RoomId("guiyang".to_owned()), text("桂阳县", "Guiyang"));
        Room::new(RoomSpec { room, name, rehearsal, simulated_source: source, devices: vec![device], scenes: Vec::new(), discussion: None })
            .unwrap()
    }

    fn start(fault: Fault, for_s: u32) -> RoomRequest {
        RoomRequest::FaultStart { fault, for_s, seed: 7 }
    }

    fn wanted(room: &mut Room) -> Option<Vec<Fault>> {
        let mut last = None;
        while let Some(output) = room.poll() {
            if let Output::Faults(faults) = output {
                last = Some(faults.into_iter().map(|active| active.fault).collect());
            }
        }
        last
    }

    #[test]
    fn a_room_with_anything_real_is_not_hurt() {
        for (rehearsal, simulated, source) in [(false, true, true), (true, false, true), (true, true, false)] {
            let mut room = room(rehearsal, simulated, source);
            let RoomResponse::Refused(refusal) = room.ask(5, "trainer", &start(Fault::LineCut {}, 10)) else { panic!("taken") };
            assert_eq!(refusal.code, RefusalCode::RealRoom);
            assert_eq!(wanted(&mut room), None);
            assert!(room.snapshot(5, None).faults.is_empty());
        }
    }

    #[test]
    fn faults_stand_side_by_side_and_end_by_themselves() {
        let mut room = room(true, true, true);
        room.ask(1_000, "trainer", &start(Fault::PictureBlack {}, 10));
        room.ask(2_000, "trainer", &start(Fault::LineLoss { percent: 5, burst: false }, 10));
        // The same kind again takes the place of the first.
        room.ask(3_000, "trainer", &start(Fault::LineLoss { percent: 20, burst: true }, 60));
        let both = vec![Fault::PictureBlack {}, Fault::LineLoss { percent: 20, burst: true }];
        assert_eq!(wanted(&mut room), Some(both));
        assert_eq!(room.deadline(), Some(11_000));
        room.tick(10_999);
        assert_eq!(wanted(&mut room), None);
        room.tick(11_000);
        assert_eq!(wanted(&mut room), Some(vec![Fault::LineLoss { percent: 20, burst: true }]));
        assert_eq!(room.ask(12_000, "trainer", &RoomRequest::FaultsClear {}), RoomResponse::Done {});
        assert_eq!(wanted(&mut room), Some(Vec::new()));
        assert_eq!(room.deadline(), None);
    }

    #[test]
    fn one_is_lifted_by_its_number_and_bad_orders_are_refused() {
        let mut room = room(true, true, true);
        let RoomResponse::FaultStarted(active) = room.ask(1, "trainer", &start(Fault::MicDead {}, 10)) else { panic!("refused") };
        let refused = |room: &mut Room, what: &RoomRequest| {
            let RoomResponse::Refused(refusal) = room.ask(2, "trainer", what) else { panic!("taken") };
            refusal.code
        };
        assert_eq!(refused(&mut room, &start(Fault::MicDead {}, 0)), RefusalCode::BadArgs);
        assert_eq!(refused(&mut room, &start(Fault::LineRate { kbps: 1 }, 5)), RefusalCode::BadArgs);
        assert_eq!(refused(&mut room, &RoomRequest::FaultLift { id: active.id + 1 }), RefusalCode::UnknownFault);
        assert_eq!(room.ask(3, "trainer", &RoomRequest::FaultLift { id: active.id }), RoomResponse::Done {});
        assert_eq!(wanted(&mut room), Some(Vec::new()));
    }
}
