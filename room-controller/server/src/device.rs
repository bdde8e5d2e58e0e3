//! One task per device: link, driver, timers. What hangs here hangs alone.

use std::time::Duration;

use room_api::{Act, DeviceId, Health, ReportSource, Text};
use room_core::{Fact, Lane, Step};
use room_driver::{Input, LinkHealth, No, Output, Progress, Trouble};
use room_drivers::{BadAct, Driver};
use room_link::{Address, Connector, Event, Link};
use tokio::sync::mpsc;

use crate::clock::Clock;
use crate::config::text;

/// A driver that wants nothing is looked at this often all the same.
const IDLE: Duration = Duration::from_secs(60);

/// To a device's task.
#[derive(Debug)]
pub(crate) enum ToDevice {
    Order { id: u64, lane: Lane, act: Act },
    Resync,
}

/// From a device's task.
#[derive(Debug)]
pub(crate) enum FromDevice {
    Health(Health),
    Report { facts: Vec<Fact>, source: ReportSource, good_for_ms: Option<u64> },
    Progress { id: u64, step: Step },
}

pub(crate) struct DeviceTask {
    pub device: DeviceId,
    pub driver: Box<dyn Driver>,
    pub address: Address,
    pub connector: Connector,
    pub clock: Clock,
    pub orders: mpsc::Receiver<ToDevice>,
    pub reports: mpsc::Sender<(DeviceId, FromDevice)>,
    /// Since when the device has not been online.
    pub lost_since_ms: Option<u64>,
}

async fn next_event(link: &mut Option<Link>) -> Event {
    match link {
        Some(link) => link.next().await,
        None => std::future::pending().await,
    }
}

impl DeviceTask {
    /// Until the room ends.
    pub(crate) async fn run(mut self) {
        let mut link: Option<Link> = None;
        loop {
            if !self.obey(&mut link).await {
                return;
            }
            let wait = self.driver.deadline().map_or_else(|| self.clock.at(self.clock.since() + IDLE), |at| self.clock.at(at));
            tokio::select! {
                order = self.orders.recv() => match order {
                    Some(order) => if !self.order(order).await { return },
                    None => return,
                },
                event = next_event(&mut link) => match event {
                    Event::Bytes(bytes) => self.driver.handle(self.clock.since(), Input::Bytes(&bytes)),
                    Event::Closed(why) => {
                        link = None;
                        self.driver.handle(self.clock.since(), Input::Closed(why));
                    }
                },
                () = tokio::time::sleep_until(wait) => self.driver.handle(self.clock.since(), Input::Tick),
            }
        }
    }

    /// Does what the driver says; `false` when the room is gone.
    async fn obey(&mut self, link: &mut Option<Link>) -> bool {
        while let Some(output) = self.driver.poll() {
            let told = match output {
                Output::Connect => {
                    *link = None;
                    match self.connector.connect(&self.address).await {
                        Ok(open) => {
                            *link = Some(open);
                            self.driver.handle(self.clock.since(), Input::Connected);
                        }
                        Err(error) => self.driver.handle(self.clock.since(), Input::Failed(error.to_string())),
                    }
                    continue;
                }
                Output::Disconnect => {
                    *link = None;
                    continue;
                }
                Output::Send(bytes) => {
                    if !link.as_ref().is_some_and(|link| link.send(bytes)) {
                        self.driver.handle(self.clock.since(), Input::Closed("the device takes no bytes".to_owned()));
                    }
                    continue;
                }
                Output::Report { facts, source, good_for } => {
                    let fact = |fact: room_driver::Fact| Fact { property: fact.property.into_owned(), value: fact.value };
                    let good_for_ms = good_for.map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
                    FromDevice::Report { facts: facts.into_iter().map(fact).collect(), source, good_for_ms }
                }
                Output::Progress { id, progress } => FromDevice::Progress { id, step: step_of(progress) },
                Output::Health(health) => FromDevice::Health(self.health_of(health)),
            };
            if self.reports.send((self.device.clone(), told)).await.is_err() {
                return false;
            }
        }
        true
    }

    async fn order(&mut self, order: ToDevice) -> bool {
        match order {
            ToDevice::Resync => self.driver.handle(self.clock.since(), Input::Resync),
            ToDevice::Order { id, lane, act } => {
                let lane = match lane {
                    Lane::Stop => room_driver::Lane::Stop,
                    Lane::Operator => room_driver::Lane::Operator,
                    Lane::Scene => room_driver::Lane::Scene,
                };
                if let Err(error) = self.driver.command(self.clock.since(), id, lane, &act.command, &act.args) {
                    let zh = match &error {
                        BadAct::UnknownCommand(_) | BadAct::BadArgument(_) => "设备驱动不接受该命令",
                        BadAct::Full(_) => "设备等待队列已满，请稍候",
                    };
                    let step = Step::Refused(text(zh, &error.to_string()));
                    return self.reports.send((self.device.clone(), FromDevice::Progress { id, step })).await.is_ok();
                }
            }
        }
        true
    }

    fn health_of(&mut self, health: LinkHealth) -> Health {
        match health {
            LinkHealth::Connecting => Health::Connecting {},
            LinkHealth::Authenticating => Health::Authenticating {},
            LinkHealth::Syncing => Health::Syncing {},
            LinkHealth::Online => {
                self.lost_since_ms = None;
                Health::Online {}
            }
            LinkHealth::Degraded(trouble) => Health::Degraded { reason: reason_of(&trouble) },
            LinkHealth::Lost { reason, next_try } => Health::Lost {
                reason: reason_of(&reason),
                code: reason.code().to_owned(),
                since_ms: *self.lost_since_ms.get_or_insert(self.clock.ms()),
                next_try_ms: self.clock.ms_of(next_try),
            },
        }
    }
}

fn reason_of(trouble: &Trouble) -> Text {
    match trouble {
        Trouble::Unreachable(why) => text("无法连接设备，请检查电源、网线与地址", why),
        Trouble::Closed(why) => text("设备断开了连接，正在重连", why),
        Trouble::Silent => text("设备没有应答，请检查电源与线路", "the device does not answer; check power and line"),
        Trouble::LoginRefused => text("设备拒绝了密码，请检查配置", "the device refuses the password; check the configuration"),
        Trouble::Garbled => {
            text("收到的数据无法识别，请检查波特率与协议", "what the device sends makes no sense; check speed and protocol")
        }
        Trouble::Slow => text("设备应答迟缓", "the device answers late"),
    }
}

fn step_of(progress: Progress) -> Step {
    match progress {
        Progress::Sent => Step::Sent,
        Progress::Acked => Step::Acked,
        Progress::Done => Step::Done,
        Progress::TimedOut => Step::TimedOut,
        Progress::Superseded => Step::Superseded,
        Progress::Refused(why) => Step::Refused(match why {
            No::Busy => text("设备正忙", "the device is busy"),
            No::NotNow => {
                text("设备当前状态不能执行（待机或预热中）", "the device cannot do that in its present state (standby or warming up)")
            }
            No::Unsupported => text("设备不支持该命令", "the device does not know the command"),
            No::BadParameter => text("设备不接受该参数", "the device does not know the value"),
            No::Cancelled => text("设备取消了该命令", "the device cancelled the command"),
            No::Fault => text("设备报告故障", "the device reports a fault"),
        }),
    }
}
