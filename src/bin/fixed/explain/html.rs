//! page
use super::explanation::Explanation;
pub fn page(_e: &Explanation) -> String { String::new() }
