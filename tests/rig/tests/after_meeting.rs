//! A real MCU and a real console: what happened is in the report although both were killed meanwhile.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;

#[path = "common/console_reader.rs"]
mod console_reader;

use common::SOON;
use console_reader::Reader;
use mcu_api::{Command, CommandRequest, Mic};
use rig::console::{Console, Place};
use rig::deployment::Deployment;
use rig::mcu::Mcu;
use rig::wait::until;

#[tokio::test(flavor = "multi_thread")]
async fn the_report_misses_no_act_when_mcu_and_console_were_killed() {
    let deployment = Deployment::chenzhou().unwrap();
    let place = Place::free().unwrap();
    let mut mcu = Mcu::start_for(&common::scratch(), Some(&place.base)).await.unwrap();
    let mut console = Console::start(&mcu.dir, &place, &mcu.base).await.unwrap();
    mcu.open(&deployment).await.unwrap();
    let conference = deployment.conference.as_str().to_owned();
    let site = deployment.sites.last().unwrap().site.clone();
    let mic = |mic| Command::SetMic { site: site.clone(), mic };
    mcu.command(&conference, &mic(Mic::Open)).await.unwrap();

    console.program.kill().await.unwrap();
    mcu.command(&conference, &mic(Mic::Closed)).await.unwrap();
    mcu.control.kill().await.unwrap();
    mcu.control.restart().unwrap();
    let answering = until("the MCU is back", SOON, || async { mcu.snapshot(&conference).await.map(drop) });
    answering.await.unwrap();
    mcu.command(&conference, &mic(Mic::Open)).await.unwrap();
    console.program.restart().unwrap();

    let end = CommandRequest { command: Command::End {}, expect_rev: None, idem_key: None, confirm: None };
    let asked: serde_json::Value = mcu.try_command(&conference, &serde_json::to_value(&end).unwrap()).await.unwrap().json().await.unwrap();
    let confirm = asked["token"].as_str().map(str::to_owned);
    let confirmed = serde_json::to_value(CommandRequest { confirm, ..end }).unwrap();
    assert!(mcu.try_command(&conference, &confirmed).await.unwrap().status().is_success());

    let reader = until("the console is back", SOON, || Reader::sign_in(&console.base, &console.passwords["operator"])).await.unwrap();
    let report = until("the report of the ended meeting", SOON, || async {
        let list = reader.get("/api/meetings").await?;
        anyhow::ensure!(list["meetings"][0]["state"] == "ended", "{list}");
        reader.get(&format!("/api/meetings/{}/report", list["meetings"][0]["id"].as_str().unwrap_or_default())).await
    });
    let report = report.await.unwrap();
    let name = report["attendance"].as_array().unwrap().iter().find(|row| row["site"] == site.as_str()).unwrap()["name"]["zh"].clone();
    let name = name.as_str().unwrap();
    let lines: Vec<&str> = report["timeline"].as_array().unwrap().iter().filter_map(|line| line["text"]["zh"].as_str()).collect();
    let acts = [format!("开麦 {name}"), format!("闭音 {name}"), format!("开麦 {name}")];
    let told: Vec<&&str> = lines.iter().filter(|line| line.contains(name) && line.contains('麦') || line.starts_with("闭音 ")).collect();
    assert_eq!(told.iter().map(|line| (**line).to_owned()).collect::<Vec<_>>(), acts, "{lines:?}");
    assert_eq!((lines.first(), lines.last()), (Some(&"会议开始"), Some(&"会议结束")));
    let pdf = reader.bytes(&format!("/api/meetings/{}/report.pdf", report["meeting"]["id"].as_str().unwrap())).await.unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    console.program.end().await;
    for program in [&mut mcu.mixer, &mut mcu.relay, &mut mcu.control] {
        program.end().await;
    }
}
