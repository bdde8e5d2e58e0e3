//! Datagrams in batches with the kernel's time of arrival.
#![expect(unsafe_code, reason = "recvmmsg and its time stamps have no safe wrapper")]

use std::io;
use std::mem;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::{AsRawFd, RawFd};
use std::ptr;

use socket2::{Domain, Protocol, Socket, Type};

/// Datagrams taken by one system call.
const BATCH: usize = 64;
/// Longest datagram taken.
const DATAGRAM_BYTES: usize = 2048;
/// Room for one time stamp.
const CONTROL_BYTES: usize = 64;
/// Kernel buffer asked for, so that a busy client does not lose what the server sent.
const KERNEL_BUFFER: usize = 4 * 1024 * 1024;

/// A socket on any port of that address that stamps what arrives.
///
/// # Errors
/// When the system refuses.
pub fn bind(local: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(local), Type::DGRAM, Some(Protocol::UDP))?;
    // The system may grant less than asked for.
    let _ = socket.set_recv_buffer_size(KERNEL_BUFFER);
    socket.set_nonblocking(true)?;
    socket.bind(&local.into())?;
    let on: libc::c_int = 1;
    // SAFETY: the option's value is a live int of the length given.
    let status = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_TIMESTAMPNS,
            (&raw const on).cast(),
            mem::size_of::<libc::c_int>() as libc::socklen_t,
        )
    };
    if status == 0 { Ok(socket.into()) } else { Err(io::Error::last_os_error()) }
}

/// Memory for one batch; one serves all sockets of a thread.
pub struct Batch {
    buffers: Vec<[u8; DATAGRAM_BYTES]>,
    controls: Vec<Control>,
    vectors: Vec<libc::iovec>,
    headers: Vec<libc::mmsghdr>,
}

// SAFETY: the raw pointers in `vectors` and `headers` are written anew before each system call and point into vectors of the same struct.
unsafe impl Send for Batch {}

#[repr(C, align(8))]
#[derive(Clone, Copy)]
struct Control([u8; CONTROL_BYTES]);

impl Default for Batch {
    fn default() -> Self {
        Self {
            buffers: vec![[0; DATAGRAM_BYTES]; BATCH],
            controls: vec![Control([0; CONTROL_BYTES]); BATCH],
            vectors: Vec::with_capacity(BATCH),
            headers: Vec::with_capacity(BATCH),
        }
    }
}

impl Batch {
    /// Takes one batch, giving each datagram and its time of arrival (nanoseconds since 1970; 0 without a stamp).
    ///
    /// # Errors
    /// `WouldBlock` when nothing is there.
    pub fn receive(&mut self, fd: RawFd, mut take: impl FnMut(&mut [u8], u64)) -> io::Result<()> {
        self.vectors.clear();
        self.headers.clear();
        for buffer in &mut self.buffers {
            self.vectors.push(libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: DATAGRAM_BYTES });
        }
        for (vector, control) in self.vectors.iter_mut().zip(&mut self.controls) {
            // SAFETY: all-zero bytes are a valid mmsghdr.
            let mut header: libc::mmsghdr = unsafe { mem::zeroed() };
            header.msg_hdr.msg_iov = vector;
            header.msg_hdr.msg_iovlen = 1;
            header.msg_hdr.msg_control = control.0.as_mut_ptr().cast();
            header.msg_hdr.msg_controllen = CONTROL_BYTES;
            self.headers.push(header);
        }
        // SAFETY: every header points to live memory of this struct, and the count is that of the headers.
        let got = unsafe { libc::recvmmsg(fd, self.headers.as_mut_ptr(), BATCH as libc::c_uint, libc::MSG_DONTWAIT, ptr::null_mut()) };
        let Ok(got) = usize::try_from(got) else {
            return Err(io::Error::last_os_error());
        };
        for (header, buffer) in self.headers.iter().zip(&mut self.buffers).take(got) {
            let at = stamp(&header.msg_hdr);
            if let Some(bytes) = buffer.get_mut(..header.msg_len as usize) {
                take(bytes, at);
            }
        }
        Ok(())
    }
}

fn stamp(header: &libc::msghdr) -> u64 {
    // SAFETY: the kernel has written `msg_controllen` bytes of control messages into live, aligned memory.
    unsafe {
        let first = libc::CMSG_FIRSTHDR(header);
        if first.is_null() || (*first).cmsg_level != libc::SOL_SOCKET || (*first).cmsg_type != libc::SCM_TIMESTAMPNS {
            return 0;
        }
        let time = ptr::read_unaligned(libc::CMSG_DATA(first).cast::<libc::timespec>());
        time.tv_sec.unsigned_abs() * 1_000_000_000 + time.tv_nsec.unsigned_abs()
    }
}
