//! HTTP over loopback: hyper's server and hyper's client, one after the other on one connection.

use std::convert::Infallible;
use std::error::Error;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

/// How often the work is done: the first argument, or once.
fn rounds() -> u64 {
    std::env::args()
        .nth(1)
        .and_then(|count| count.parse().ok())
        .unwrap_or(1)
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let text = format!(
        "{} of {}, {} headers",
        request.method(),
        request.uri().path(),
        request.headers().len()
    );
    Ok(Response::builder()
        .header("x-length", text.len())
        .body(Full::new(text.into()))
        .expect("a header of digits"))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a client comes");
        let server = hyper::server::conn::http1::Builder::new();
        let _ = server
            .serve_connection(TokioIo::new(stream), service_fn(answer))
            .await;
    });
    let stream = TcpStream::connect(address).await?;
    let (mut client, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let mut length = 0;
    for round in 0..rounds() * 2000 {
        let request = Request::get(format!("/page/{}", round % 100))
            .header("host", "localhost")
            .header("accept", "text/plain")
            .body(Full::<Bytes>::default())?;
        let response = client.send_request(request).await?;
        length += response.headers().len();
        length += response.into_body().collect().await?.to_bytes().len();
    }
    println!("{length}");
    Ok(())
}
