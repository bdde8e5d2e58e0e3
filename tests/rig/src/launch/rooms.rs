//! Opening the conference and enrolling the rehearsal rooms.

use std::path::Path;

use rig::deployment::Deployment;
use rig::mcu::client;

use super::addresses::Addresses;
use super::{ask, say};

/// A short token of those rights from the console's own key.
pub(crate) async fn token(configs: &Path, rights: &[&str]) -> anyhow::Result<String> {
    let config = configs.join("console.toml").display().to_string();
    let mut arguments = vec!["token", "--config", &config];
    for right in rights {
        arguments.extend(["--right", right]);
    }
    Ok(ask("web-console", &arguments).await?.trim().to_owned())
}

/// Opens the deployment's conference unless it runs already.
pub(crate) async fn open_conference(configs: &Path, addresses: &Addresses, deployment: &Deployment) -> anyhow::Result<()> {
    let http = client()?;
    let address = format!("{}/api/conferences", addresses.mcu);
    let opened = rig::wait::until("the MCU to know the console's key", std::time::Duration::from_secs(15), || async {
        let token = token(configs, &["conference.affairs", "conference.view"]).await?;
        let response = http.post(&address).bearer_auth(token).json(&deployment.opening()).send().await?;
        let status = response.status().as_u16();
        let body = response.text().await?;
        anyhow::ensure!(matches!(status, 200 | 201 | 409), "the conference was not opened: {status} {body}");
        Ok(status)
    });
    if opened.await? == 409 {
        say("the conference of the last rehearsal goes on");
    }
    Ok(())
}

/// Enrols each room that has no key yet, with a pairing code as a technician would.
pub(crate) async fn enrol_missing(configs: &Path, rooms_config: &Path, deployment: &Deployment, data: &Path) -> anyhow::Result<()> {
    let missing: Vec<&str> = deployment
        .sites
        .iter()
        .map(|site| site.site.as_str())
        .filter(|room| !data.join("rooms").join(room).join("key.pem").is_file())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let console_config = configs.join("console.toml").display().to_string();
    let mut arguments = vec!["pairing-code", "--config", &console_config];
    arguments.extend(&missing);
    let codes = ask("web-console", &arguments).await?;
    let rooms_config = rooms_config.display().to_string();
    for line in codes.lines() {
        if let Some((room, code)) = line.split_once(' ') {
            ask("room-controller", &["enrol", "--config", &rooms_config, "--room", room, "--code", code.trim()]).await?;
        }
    }
    say(&format!("rooms enrolled ({})", missing.len()));
    Ok(())
}
