//! An operator who reads at the console.

#![allow(unreachable_pub, reason = "one module of a test program")]

use anyhow::Context as _;

/// A signed-in session.
pub struct Reader {
    http: reqwest::Client,
    base: String,
    cookie: String,
}

impl Reader {
    /// Signs in.
    pub async fn sign_in(base: &str, password: &str) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder().no_proxy().build()?;
        let body = serde_json::json!({ "account": "operator", "password": password });
        let request = http.post(format!("{base}/api/sign-in")).header("x-console-request", "1").json(&body);
        let answer = request.send().await?.error_for_status()?;
        let cookie = answer.headers().get("set-cookie").context("no session")?.to_str()?.split(';').next().unwrap_or_default().to_owned();
        Ok(Self { http, base: base.to_owned(), cookie })
    }

    /// An answer as JSON.
    pub async fn get(&self, path: &str) -> anyhow::Result<serde_json::Value> {
        Ok(serde_json::from_slice(&self.bytes(path).await?)?)
    }

    /// An answer as it is.
    pub async fn bytes(&self, path: &str) -> anyhow::Result<Vec<u8>> {
        let request = self.http.get(format!("{}{path}", self.base)).header("cookie", &self.cookie);
        Ok(request.send().await?.error_for_status()?.bytes().await?.to_vec())
    }
}
