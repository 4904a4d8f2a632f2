//! A headless Chromium, by way of `chromedriver`: WebDriver (W3C), and the commands of DevTools that Chromium adds to it.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use libtest_mimic::Failed;
use serde_json::{Value, json};

/// A browser with one page, and a profile of its own.
pub struct Browser {
    driver: Child,
    address: String,
    session: String,
    _profile: tempfile::TempDir,
}

impl Browser {
    pub fn start() -> Result<Self, Failed> {
        // A port that was free a moment ago.
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let profile = tempfile::tempdir()?;
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut browser = Browser {
            driver,
            address: format!("http://127.0.0.1:{port}"),
            session: String::new(),
            _profile: profile,
        };
        let end = Instant::now() + Duration::from_secs(30);
        while browser.get("/status").is_err() {
            if Instant::now() > end {
                return Err("chromedriver does not answer".into());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let folder = format!("--user-data-dir={}", browser._profile.path().display());
        let flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            &folder,
        ];
        let wanted =
            json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": { "args": flags } } } });
        let session = browser.post("/session", &wanted)?;
        browser.session = session["sessionId"]
            .as_str()
            .ok_or("there is no session")?
            .to_owned();
        Ok(browser)
    }

    fn answer(response: Result<minreq::Response, minreq::Error>) -> Result<Value, Failed> {
        let response = response?;
        let mut answer: Value = serde_json::from_slice(response.as_bytes())?;
        match response.status_code {
            200 => Ok(answer["value"].take()),
            code => Err(format!("chromedriver says {code}: {}", answer["value"]["message"]).into()),
        }
    }

    fn get(&self, path: &str) -> Result<Value, Failed> {
        Self::answer(
            minreq::get(format!("{}{path}", self.address))
                .with_timeout(60)
                .send(),
        )
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value, Failed> {
        let request = minreq::post(format!("{}{path}", self.address)).with_timeout(60);
        Self::answer(request.with_body(body.to_string()).send())
    }

    fn command(&self, name: &str, body: &Value) -> Result<Value, Failed> {
        self.post(&format!("/session/{}/{name}", self.session), body)
    }

    pub fn open(&self, page: &std::path::Path) -> Result<(), Failed> {
        self.command("url", &json!({ "url": format!("file://{}", page.display()) }))?;
        Ok(())
    }

    /// What a script returns.
    pub fn run(&self, script: &str) -> Result<Value, Failed> {
        self.command("execute/sync", &json!({ "script": script, "args": [] }))
    }

    fn devtools(&self, command: &str, parameters: Value) -> Result<(), Failed> {
        self.command(
            "goog/cdp/execute",
            &json!({ "cmd": command, "params": parameters }),
        )?;
        Ok(())
    }

    /// `light` or `dark`.
    pub fn theme(&self, theme: &str) -> Result<(), Failed> {
        let features = json!([{ "name": "prefers-color-scheme", "value": theme }]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features }))
    }

    pub fn size(&self, width: u32, height: u32) -> Result<(), Failed> {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700 });
        self.devtools("Emulation.setDeviceMetricsOverride", size)
    }

    /// Presses keys, one after the other, as a keyboard does.
    pub fn press(&self, keys: &str) -> Result<(), Failed> {
        let actions: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key.to_string() }))
            })
            .collect();
        self.command(
            "actions",
            &json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] }),
        )?;
        Ok(())
    }

    /// Clicks in the middle of the first element that `selector` finds, as a mouse does.
    pub fn click(&self, selector: &str) -> Result<(), Failed> {
        let element = self.command("element", &json!({ "using": "css selector", "value": selector }))?;
        let moves = json!([
            { "type": "pointerMove", "origin": element, "x": 0, "y": 0 },
            { "type": "pointerDown", "button": 0 },
            { "type": "pointerUp", "button": 0 },
        ]);
        let mouse = json!({ "type": "pointer", "id": "mouse", "actions": moves });
        self.command("actions", &json!({ "actions": [mouse] }))?;
        Ok(())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let address = format!("{}/session/{}", self.address, self.session);
            // It ends with the driver in any case.
            let _ = minreq::delete(address).with_timeout(20).send();
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
