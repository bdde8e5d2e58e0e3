//! audit-chain
