use postgres::error::SqlState;

use crate::{Permission, Server, SharedError, SharedStore};

/// Who may do what with a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The role of the database.
    pub who: String,
    /// What they may.
    pub may: Permission,
}

impl Server {
    /// Who may do what with a store: everybody for its owners, for others they themselves.
    ///
    /// # Errors
    /// When the server doesn't answer.
    pub fn members(&mut self, store: &SharedStore) -> Result<Vec<Membership>, SharedError> {
        let rows = self.client.query(
            "select who::text, may from naragtive.member where store = $1 order by may, who",
            &[&store.id],
        );
        let rows = rows.map_err(SharedError::said(self.name()))?;
        Ok(rows
            .iter()
            .map(|row| Membership {
                who: row.get(0),
                may: row.get::<_, String>(1).parse().unwrap_or(Permission::Read),
            })
            .collect())
    }

    /// Says what somebody may do with a store from now on; nothing any more with none.
    ///
    /// # Errors
    /// [`SharedError::MayNot`] for anybody but the store's owners, [`SharedError::NobodyCalledSo`], and
    /// [`SharedError::LastOwner`].
    pub fn grant(
        &mut self,
        store: &SharedStore,
        who: &str,
        may: Option<Permission>,
    ) -> Result<(), SharedError> {
        self.require(store, Permission::Own)?;
        let known = self.client.query_opt("select from pg_roles where rolname = $1", &[&who]);
        let is_known = known.map_err(SharedError::said(self.name()))?.is_some();
        // Who is gone may still be taken out.
        if !is_known && may.is_some() {
            return Err(SharedError::NobodyCalledSo { server: self.name().to_owned(), who: who.to_owned() });
        }
        let done = match may {
            Some(may) => self.client.execute(
                "insert into naragtive.member (store, who, may) values ($1, $2::text::name, $3)
                    on conflict (store, who) do update set may = excluded.may",
                &[&store.id, &who, &may.name()],
            ),
            None => self.client.execute(
                "delete from naragtive.member where store = $1 and who = $2::text::name",
                &[&store.id, &who],
            ),
        };
        done.map(drop).map_err(|error| match error.code() {
            Some(&SqlState::CHECK_VIOLATION) => SharedError::LastOwner { store: store.name.clone() },
            _ => SharedError::said(self.name())(error),
        })
    }
}
