//! The first accounts, with random passwords in a file of mode 600.

use std::io;
use std::path::Path;

use crate::entity::account;
use crate::password::{self, HashError};
use crate::role::Role;
use crate::secret;
use crate::store::Store;

/// File in the data folder.
pub const ACCOUNTS_FILE: &str = "accounts.txt";

/// Why the first accounts could not be made.
#[derive(Debug, thiserror::Error)]
pub enum FirstStartError {
    /// The file exists without accounts in the database, or cannot be written.
    #[error("{ACCOUNTS_FILE} in the data folder cannot be written; if it is left over from an earlier database, remove it")]
    File(#[from] io::Error),
    /// The database.
    #[error("the accounts could not be kept")]
    Store(#[from] sea_orm::DbErr),
    /// The password library.
    #[error("the passwords could not be hashed")]
    Hash(#[from] HashError),
}

/// Makes one account per role when there is none at all. The file comes first: an account whose password nobody can read is worth nothing.
///
/// # Errors
/// When the file, the database or the hashing fails.
pub(crate) async fn make_accounts(store: &Store, data_dir: &Path) -> Result<(), FirstStartError> {
    if store.count_accounts().await? > 0 {
        return Ok(());
    }
    let mut text = String::from("# account password; change them, then remove this file\n");
    let mut models = Vec::new();
    for role in Role::ALL {
        let password = secret::password()?;
        text.push_str(&format!("{} {password}\n", role.name()));
        models.push(account::Model {
            name: role.name().to_owned(),
            display: role.first_display().to_owned(),
            role: role.name().to_owned(),
            password_hash: password::hash(&password)?,
            failed_count: 0,
            locked_until_s: 0,
        });
    }
    let path = data_dir.join(ACCOUNTS_FILE);
    secret::create_private(&path, &text)?;
    for model in models {
        store.add_account(model).await?;
    }
    tracing::info!(path = %path.display(), "made the first accounts; their passwords are in this file");
    Ok(())
}
