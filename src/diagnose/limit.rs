//! How long LLVM may take for one piece of work: `FIXED_LLVM_TIME_LIMIT`, in seconds of processor time.
//!
//! Without it there is no limit: how long is too long, only the user knows.

use crate::compatibility::segment_of;
use crate::llvm::time_limit::{self, VARIABLE};

/// Sets the limit, if there is one. An error says why the variable's value means nothing.
pub(crate) fn set_time_limit() -> Result<(), String> {
    let Some(value) = std::env::var_os(VARIABLE).filter(|value| !value.is_empty()) else {
        return Ok(());
    };
    let value = value.to_string_lossy();
    match value.parse() {
        Ok(seconds) if seconds > 0 => {
            let code = segment_of(time_limit::function_of_llvm());
            time_limit::set(seconds, code.ok_or("the loader does not know where libLLVM is")?);
            Ok(())
        }
        _ => Err(format!(
            "`{VARIABLE}` is `{value}`, but takes a whole number of seconds, 1 or more"
        )),
    }
}
