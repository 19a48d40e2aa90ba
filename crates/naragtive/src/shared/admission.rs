use naragtive_store::StoreName;

use super::{Host, SharedStores};
use crate::Error;

/// Who is let in where the shared stores of a server are served.
impl SharedStores<'_> {
    /// Lets somebody in by this token from now on, and by no other one, where the shared stores of a server are served. Whoever
    /// serves has to be able to act as them: better known now than at their first request.
    ///
    /// # Errors
    /// When no server has this name, nobody may act as this role there, or the note can't be written.
    pub fn let_in(&self, host: &StoreName, role: &str, token: &str) -> Result<Host, Error> {
        let host = self.hosts().get(host)?;
        self.check_role(&host.name, role)?;
        self.tokens().give(&host.name, role, token)?;
        Ok(host)
    }

    /// Lets somebody in no more; the server, and whether they were let in.
    ///
    /// # Errors
    /// When no server has this name, or the note can't be written.
    pub fn let_out(&self, host: &StoreName, role: &str) -> Result<(Host, bool), Error> {
        let host = self.hosts().get(host)?;
        let was_there = self.tokens().take(&host.name, role)?;
        Ok((host, was_there))
    }

    /// Checks that whoever connects may act as this role, which `serve --shared` does for its guests.
    fn check_role(&self, host: &StoreName, role: &str) -> Result<(), Error> {
        Ok(self.open(host)?.act_as(role)?)
    }
}
