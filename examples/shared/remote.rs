//! Where the session of an example runs: here, in a process of its own, or on another machine.

#![expect(clippy::print_stdout, reason = "programs talk to their user on the terminal")]

use std::path::PathBuf;

use compneurovis_core::{
    AppSpec, SessionCommand,
    remote::{ConnectOptions, DEFAULT_ADDRESS, RemoteError, ServeOptions, Token, connect, serve},
};

/// Flags about where the session runs.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct RemoteArgs {
    /// Run the simulation in a process of its own, which can crash or hang without the window.
    #[arg(long, conflicts_with = "stats")]
    pub own_process: bool,

    /// Run the simulation without a window, and wait for viewers at this address.
    #[arg(long, value_name = "ADDR", num_args = 0..=1, default_missing_value = DEFAULT_ADDRESS)]
    #[arg(conflicts_with_all = ["headless", "stats", "sim_ms"])]
    pub serve: Option<String>,

    /// Show the simulation that is served at this address.
    #[arg(long, value_name = "ADDR", conflicts_with_all = ["serve", "own_process", "stats", "swc"])]
    pub connect: Option<String>,

    /// What viewers have to know; COMPNEUROVIS_TOKEN or a file say it less openly. Without one, --serve makes
    /// one up and logs it.
    #[arg(long, value_name = "TOKEN", conflicts_with = "token_file")]
    pub token: Option<String>,

    /// A file with the token; also named by COMPNEUROVIS_TOKEN_FILE.
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
}

impl RemoteArgs {
    /// The application whose session runs where the flags say; `None` if it was served until its end, and
    /// there is nothing to show here. In a process that was started for the session this does not return.
    ///
    /// Its recording is made here, wherever the session runs. A served session has no viewer yet that could tell
    /// it the `first` commands, so it begins with them.
    ///
    /// # Errors
    /// The token is none, or the address cannot be had.
    pub fn place(
        &self,
        app: AppSpec,
        first: impl IntoIterator<Item = SessionCommand>,
    ) -> Result<Option<AppSpec>, RemoteError> {
        if let Some(address) = &self.connect {
            // Without a token the server says what is missing.
            let token = self.token()?.unwrap_or_else(Token::generate);
            let mut remote = connect(ConnectOptions::new(address, token).with_title(app.title));
            (remote.hooks, remote.recording) = (app.hooks, app.recording);
            return Ok(Some(remote));
        }
        let app = if self.own_process { app.in_own_process() } else { app };
        let Some(address) = &self.serve else { return Ok(Some(app)) };
        let options = ServeOptions::default().with_address(address);
        let options = match self.token()? {
            Some(token) => options.with_token(token),
            None => options,
        };
        let app = first.into_iter().fold(app, AppSpec::with_first_command);
        let server = serve(&app, options)?;
        println!("`{}` is served; show it with --connect {} and its token", app.title, server.address());
        server.wait();
        Ok(None)
    }

    fn token(&self) -> Result<Option<Token>, RemoteError> {
        match (&self.token, &self.token_file) {
            (Some(token), _) => Token::new(token).map(Some),
            (None, Some(path)) => Token::read(path).map(Some),
            (None, None) => Token::from_environment(),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use compneurovis_core::{Scene, StillSession};

    use super::*;
    use crate::Args;

    fn parse(flags: &[&str]) -> Result<RemoteArgs, clap::Error> {
        Ok(Args::try_parse_from([&["example"], flags].concat())?.remote)
    }

    #[test]
    fn flags_say_where_the_session_runs() {
        assert_eq!(parse(&["--serve"]).unwrap().serve.as_deref(), Some(DEFAULT_ADDRESS));
        assert_eq!(parse(&["--serve", "0.0.0.0:9", "--own-process"]).unwrap().serve.as_deref(), Some("0.0.0.0:9"));
        assert_eq!(parse(&["--connect", "server:9"]).unwrap().connect.as_deref(), Some("server:9"));
        for nonsense in [
            &["--connect"][..],
            &["--connect", "a:1", "--serve"],
            &["--connect", "a:1", "--own-process"],
            &["--serve", "--headless", "a.png"],
            &["--token", "12345678", "--token-file", "f"],
        ] {
            assert!(parse(nonsense).is_err(), "{nonsense:?}");
        }
    }

    #[test]
    fn what_is_connected_to_is_recorded_here() {
        let app = || AppSpec::new("Still", || Ok(StillSession::new(Scene::new()))).with_recording("run.mcap");
        let place = |flags: &[&str]| parse(flags).unwrap().place(app(), []).unwrap().unwrap();
        for flags in [&["--connect", "127.0.0.1:1", "--token", "open sesame"][..], &[]] {
            let recording = place(flags).recording.unwrap();
            assert_eq!(recording.path, std::path::Path::new("run.mcap"), "{flags:?}");
        }
    }

    #[test]
    fn tokens_are_checked() {
        let token = |flags: &[&str]| parse(flags).unwrap().token();
        assert_eq!(token(&["--token", "open sesame"]).unwrap().unwrap().as_str(), "open sesame");
        assert!(token(&["--token", "short"]).unwrap_err().to_string().contains("8 to 1024 bytes"));
        assert!(token(&["--token-file", "/no/such/file"]).unwrap_err().to_string().contains("/no/such/file"));
    }
}
