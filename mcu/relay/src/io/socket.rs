//! UDP in batches: `recvmmsg` in, one `sendmsg` with UDP_SEGMENT per run of equal sizes out.
#![expect(unsafe_code, reason = "recvmmsg and sendmsg with control messages have no safe wrapper in the standard library")]

use std::{
    io, mem,
    net::{IpAddr, Ipv6Addr, SocketAddr, UdpSocket},
    os::fd::{AsRawFd, RawFd},
    ptr,
};

use socket2::{Domain, Protocol, SockAddr, SockAddrStorage, Socket, Type};

/// Datagrams taken by one system call.
const BATCH: usize = 64;

/// Longest datagram taken; media stay under 1500, DTLS under 1400.
const DATAGRAM_BYTES: usize = 2048;

/// Kernel buffers asked for: a key frame to a hundred viewers is about 6 MB with its overhead; the system may give less.
const KERNEL_BUFFER: usize = 4 * 1024 * 1024;

/// Segments of one send: what older kernels allow (UDP_MAX_SEGMENTS).
const MAX_SEGMENTS: usize = 64;

/// Room for an address of any family.
const ADDRESS_BYTES: libc::socklen_t = mem::size_of::<SockAddrStorage>() as libc::socklen_t;

/// Bytes of one send: a UDP length field less headers.
const MAX_SEND_BYTES: usize = 65_000;

/// Makes a socket on `[::]` take IPv4 peers too, whatever the system's default is.
pub(super) fn take_both_families(socket: &Socket, address: SocketAddr) -> io::Result<()> {
    if address.is_ipv6() { socket.set_only_v6(address.ip() != Ipv6Addr::UNSPECIFIED) } else { Ok(()) }
}

/// The address by which a peer knows itself: a socket of both families sees IPv4 peers at mapped addresses (RFC 4291 §2.5.5.2).
pub(super) fn canonical(from: SocketAddr) -> SocketAddr {
    SocketAddr::new(from.ip().to_canonical(), from.port())
}

/// A socket that does not block.
pub(super) struct BatchSocket {
    socket: UdpSocket,
    /// Takes IPv6 addresses only, IPv4 ones in mapped form.
    six: bool,
    segmentation: bool,
    buffers: Vec<[u8; DATAGRAM_BYTES]>,
    addresses: Vec<SockAddrStorage>,
    /// One for each buffer; made once, because a relay asks for datagrams thousands of times a second and mostly gets one.
    places: Vec<libc::iovec>,
    headers: Vec<libc::mmsghdr>,
    sending: Vec<libc::iovec>,
}

// SAFETY: the raw pointers in `places` and `headers` point into the memory of vectors of the same struct that never change their size, so it stays where
// it is when the struct moves; those in `sending` are written anew before each system call.
unsafe impl Send for BatchSocket {}

impl BatchSocket {
    /// Binds.
    pub(super) fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
        // The system may grant less than asked for; it is not an error.
        let _ = socket.set_recv_buffer_size(KERNEL_BUFFER);
        let _ = socket.set_send_buffer_size(KERNEL_BUFFER);
        take_both_families(&socket, address)?;
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        let mut new = Self {
            socket: socket.into(),
            six: address.is_ipv6(),
            segmentation: true,
            buffers: vec![[0; DATAGRAM_BYTES]; BATCH],
            addresses: (0..BATCH).map(|_| SockAddrStorage::zeroed()).collect(),
            places: Vec::with_capacity(BATCH),
            headers: Vec::with_capacity(BATCH),
            sending: Vec::with_capacity(MAX_SEGMENTS),
        };
        new.prepare();
        Ok(new)
    }

    /// Points the headers at places and addresses, and the places at buffers.
    fn prepare(&mut self) {
        let place = |buffer: &mut [u8; DATAGRAM_BYTES]| libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: DATAGRAM_BYTES };
        self.places.extend(self.buffers.iter_mut().map(place));
        for (place, address) in self.places.iter_mut().zip(&mut self.addresses) {
            // SAFETY: all-zero bytes are a valid mmsghdr.
            let mut header: libc::mmsghdr = unsafe { mem::zeroed() };
            header.msg_hdr.msg_name = ptr::from_mut(address).cast();
            header.msg_hdr.msg_namelen = ADDRESS_BYTES;
            header.msg_hdr.msg_iov = place;
            header.msg_hdr.msg_iovlen = 1;
            self.headers.push(header);
        }
    }

    pub(super) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    pub(super) fn fd(&self) -> RawFd {
        self.socket.as_raw_fd()
    }

    /// Takes what is there, up to one batch, giving each datagram to `take`; returns whether there may be more.
    pub(super) fn receive(&mut self, mut take: impl FnMut(SocketAddr, &[u8])) -> io::Result<bool> {
        // SAFETY: every header points to a live iovec and address of this struct, and the count is that of the headers.
        let got =
            unsafe { libc::recvmmsg(self.fd(), self.headers.as_mut_ptr(), BATCH as libc::c_uint, libc::MSG_DONTWAIT, ptr::null_mut()) };
        let Ok(got) = usize::try_from(got) else {
            let error = io::Error::last_os_error();
            // An ICMP error of an earlier send is no fault of this socket.
            let passing = [io::ErrorKind::WouldBlock, io::ErrorKind::Interrupted, io::ErrorKind::ConnectionRefused];
            return if passing.contains(&error.kind()) { Ok(false) } else { Err(error) };
        };
        for ((header, buffer), address) in self.headers.iter_mut().zip(&self.buffers).zip(&mut self.addresses).take(got) {
            let length = mem::replace(&mut header.msg_hdr.msg_namelen, ADDRESS_BYTES);
            // SAFETY: the kernel has written `length` bytes of an address.
            let address = unsafe { SockAddr::new(mem::replace(address, SockAddrStorage::zeroed()), length) };
            let whole = header.msg_hdr.msg_flags & libc::MSG_TRUNC == 0;
            if let (Some(from), Some(bytes), true) = (address.as_socket(), buffer.get(..header.msg_len as usize), whole) {
                take(canonical(from), bytes);
            }
        }
        Ok(got == BATCH)
    }

    /// Sends datagrams to one address in order, runs of equal size (the last may be shorter) in one system call. What the
    /// kernel has no room for is lost like any datagram.
    pub(super) fn send(&mut self, to: SocketAddr, datagrams: &[&[u8]]) {
        let mut rest = datagrams;
        let to = if let (true, IpAddr::V4(four)) = (self.six, to.ip()) { (four.to_ipv6_mapped(), to.port()).into() } else { to };
        while let Some(first) = rest.first() {
            let count = if self.segmentation { run_length(rest) } else { 1 };
            let Some((run, tail)) = rest.split_at_checked(count) else {
                return;
            };
            match self.send_run(to, run, first.len()) {
                Ok(()) => {}
                // Segmentation offload is missing or refused (old kernel, odd interface): never try again.
                Err(error) if count > 1 && matches!(error.raw_os_error(), Some(libc::EIO | libc::EINVAL | libc::ENOPROTOOPT)) => {
                    self.segmentation = false;
                    tracing::info!(%error, "no UDP segmentation offload; datagrams are sent one by one");
                    continue;
                }
                Err(error) => tracing::trace!(%error, "a datagram could not be sent"),
            }
            rest = tail;
        }
    }

    fn send_run(&mut self, to: SocketAddr, run: &[&[u8]], segment: usize) -> io::Result<()> {
        let [single] = run else {
            return self.send_segments(to, run, segment);
        };
        self.socket.send_to(single, to).map(|_| ())
    }

    fn send_segments(&mut self, to: SocketAddr, run: &[&[u8]], segment: usize) -> io::Result<()> {
        self.sending.clear();
        self.sending.extend(run.iter().map(|bytes| libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() }));
        let address = SockAddr::from(to);
        let mut control = ControlSpace { _align: [], bytes: [0; CONTROL_BYTES] };
        // SAFETY: all-zero bytes are a valid msghdr.
        let mut header: libc::msghdr = unsafe { mem::zeroed() };
        header.msg_name = address.as_ptr().cast_mut().cast();
        header.msg_namelen = address.len();
        header.msg_iov = self.sending.as_mut_ptr();
        header.msg_iovlen = self.sending.len();
        header.msg_control = control.bytes.as_mut_ptr().cast();
        header.msg_controllen = CONTROL_BYTES;
        // SAFETY: the control space is aligned and as large as one cmsg with a u16, so the first header exists and its data fit.
        unsafe {
            let first = libc::CMSG_FIRSTHDR(&raw const header);
            (*first).cmsg_level = libc::SOL_UDP;
            (*first).cmsg_type = libc::UDP_SEGMENT;
            (*first).cmsg_len = libc::CMSG_LEN(mem::size_of::<u16>() as libc::c_uint) as usize;
            ptr::write_unaligned(libc::CMSG_DATA(first).cast::<u16>(), segment as u16);
        }
        // SAFETY: all pointers in the header are to live memory of this call.
        let sent = unsafe { libc::sendmsg(self.fd(), &raw const header, libc::MSG_DONTWAIT) };
        if sent < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }
}

// SAFETY: CMSG_SPACE only computes a length.
const CONTROL_BYTES: usize = unsafe { libc::CMSG_SPACE(mem::size_of::<u16>() as libc::c_uint) } as usize;

#[repr(C)]
struct ControlSpace {
    _align: [libc::cmsghdr; 0],
    bytes: [u8; CONTROL_BYTES],
}

/// How many of the datagrams can go out as segments of one send.
fn run_length(datagrams: &[&[u8]]) -> usize {
    let Some(size) = datagrams.first().map(|first| first.len()) else {
        return 0;
    };
    let mut bytes = 0;
    for (count, datagram) in datagrams.iter().enumerate() {
        bytes += datagram.len();
        if count == MAX_SEGMENTS || bytes > MAX_SEND_BYTES || datagram.len() > size {
            return count.max(1);
        }
        if datagram.len() < size {
            return count + 1;
        }
    }
    datagrams.len()
}

/// Waits until one of the descriptors can be read or the time is over, and says which; negative ones stand for none.
pub(super) fn wait<const N: usize>(descriptors: &[RawFd; N], timeout: std::time::Duration) -> io::Result<[bool; N]> {
    let mut polled = descriptors.map(|fd| libc::pollfd { fd, events: libc::POLLIN, revents: 0 });
    let timeout = libc::timespec { tv_sec: timeout.as_secs() as libc::time_t, tv_nsec: timeout.subsec_nanos() as libc::c_long };
    // SAFETY: the array and the timespec live through the call; the count is that of the array.
    let result = unsafe { libc::ppoll(polled.as_mut_ptr(), polled.len() as libc::nfds_t, &raw const timeout, ptr::null()) };
    if result < 0 {
        let error = io::Error::last_os_error();
        return if error.kind() == io::ErrorKind::Interrupted { Ok([false; N]) } else { Err(error) };
    }
    Ok(polled.map(|descriptor| descriptor.revents != 0))
}

#[cfg(test)]
mod tests {
    use super::{BatchSocket, run_length, wait};
    use std::time::Duration;

    #[test]
    fn runs_are_of_equal_size_with_a_shorter_last() {
        let sizes = |sizes: &[usize]| {
            let datagrams: Vec<Vec<u8>> = sizes.iter().map(|size| vec![0; *size]).collect();
            run_length(&datagrams.iter().map(Vec::as_slice).collect::<Vec<_>>())
        };
        assert_eq!(sizes(&[]), 0);
        assert_eq!(sizes(&[9]), 1);
        assert_eq!(sizes(&[1200, 1200, 700, 1200]), 3);
        assert_eq!(sizes(&[700, 1200]), 1);
        assert_eq!(sizes(&[100; 70]), 64);
        assert_eq!(sizes(&[1400; 60]), 46, "under 65,000 bytes");
    }

    #[test]
    fn one_socket_serves_both_families() {
        let mut both = BatchSocket::bind("[::]:0".parse().unwrap()).unwrap();
        let port = both.local_addr().unwrap().port();
        for local in ["127.0.0.1:0", "[::1]:0"] {
            let mut peer = BatchSocket::bind(local.parse().unwrap()).unwrap();
            let own = peer.local_addr().unwrap();
            peer.send((own.ip(), port).into(), &[b"up"]);
            wait(&[both.fd()], Duration::from_secs(5)).unwrap();
            let mut from = None;
            both.receive(|sender, _| from = Some(sender)).unwrap();
            assert_eq!(from, Some(own), "the address as the peer knows it");
            both.send(own, &[b"down", b"down"]);
            let mut got = 0;
            while got < 2 {
                wait(&[peer.fd()], Duration::from_secs(5)).unwrap();
                let before = got;
                peer.receive(|sender, bytes| {
                    assert_eq!((sender.port(), bytes), (port, &b"down"[..]));
                    got += 1;
                })
                .unwrap();
                assert!(got > before, "nothing came within five seconds");
            }
        }
    }

    #[test]
    fn what_is_sent_in_runs_arrives_one_by_one_and_in_order() {
        let local = "127.0.0.1:0".parse().unwrap();
        let (mut a, mut b) = (BatchSocket::bind(local).unwrap(), BatchSocket::bind(local).unwrap());
        let datagrams: Vec<Vec<u8>> = (0..90_u8).map(|number| vec![number; if number % 10 == 9 { 300 } else { 1100 }]).collect();
        a.send(b.local_addr().unwrap(), &datagrams.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let (from, mut got) = (a.local_addr().unwrap(), Vec::new());
        while got.len() < datagrams.len() {
            wait(&[b.fd()], Duration::from_secs(5)).unwrap();
            let before = got.len();
            b.receive(|sender, bytes| {
                assert_eq!(sender, from);
                got.push(bytes.to_vec());
            })
            .unwrap();
            assert!(got.len() > before, "nothing came within five seconds");
        }
        assert_eq!(got, datagrams);
    }
}
