//! Variadic arguments: fetching the next one by the rules of the platform.
