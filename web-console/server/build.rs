//! Makes the folder of the built user interface, so that the server compiles before the interface is built.

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=../ui/dist");
    std::fs::create_dir_all("../ui/dist")
}
