//! console-server
