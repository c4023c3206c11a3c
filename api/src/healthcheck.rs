//! Checks from a second process whether a listener runs, since its container has no `curl`. It does
//! not check the table; `/readyz` does.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

const PATH: &str = "/healthz";
/// Timeout of the connect, and of each read and write.
const TIMEOUT: Duration = Duration::from_secs(2);
/// Bytes of a status line; ours is far shorter.
const STATUS_LINE_BYTES_MAX: u64 = 256;

/// Checks that a listener started with `--listen` and this address runs.
///
/// # Errors
///
/// One line: why it cannot be reached, or what it responded.
pub fn ask(listen: SocketAddr) -> Result<(), String> {
    let address = reachable(listen);
    let line =
        status_line(address).map_err(|error| format!("cannot reach http://{address}{PATH}: {error}"))?;
    if line.split(' ').nth(1) == Some("200") {
        Ok(())
    } else {
        Err(format!("http://{address}{PATH} responded {line:?}, not 200"))
    }
}

/// Returns an address to connect to: a listener on all addresses is on the loopback, too.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

fn status_line(address: SocketAddr) -> io::Result<String> {
    let mut connection = TcpStream::connect_timeout(&address, TIMEOUT)?;
    connection.set_read_timeout(Some(TIMEOUT))?;
    connection.set_write_timeout(Some(TIMEOUT))?;
    let request = format!("GET {PATH} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    connection.write_all(request.as_bytes())?;
    let mut line = String::new();
    BufReader::new(connection.take(STATUS_LINE_BYTES_MAX)).read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_addresses_are_reached_by_the_loopback() {
        for (listen, expected) in [
            ("0.0.0.0:9000", "127.0.0.1:9000"),
            ("[::]:9000", "[::1]:9000"),
            ("127.0.0.1:9000", "127.0.0.1:9000"),
            ("127.0.0.2:80", "127.0.0.2:80"),
            ("[::1]:80", "[::1]:80"),
            ("0.0.0.1:80", "0.0.0.1:80"),
        ] {
            let address = reachable(listen.parse().expect("an address"));
            assert_eq!(address.to_string(), expected, "{listen}");
        }
    }
}
