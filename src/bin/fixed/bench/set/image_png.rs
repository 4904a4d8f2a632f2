//! A picture written as PNG and read again.

use std::error::Error;
use std::io::Cursor;

use image::{ImageFormat, RgbImage};

/// How often the work is done: the first argument, or once.
fn rounds() -> u64 {
    std::env::args()
        .nth(1)
        .and_then(|count| count.parse().ok())
        .unwrap_or(1)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut sum = 0;
    for round in 0..rounds() as u32 {
        let picture = RgbImage::from_fn(256, 256, |x, y| {
            image::Rgb([x as u8, (y ^ round) as u8, (x * y / 64) as u8])
        });
        let mut file = Cursor::new(Vec::new());
        picture.write_to(&mut file, ImageFormat::Png)?;
        let again = image::load_from_memory(file.get_ref())?.to_rgb8();
        sum += again.pixels().map(|pixel| u64::from(pixel[2])).sum::<u64>();
    }
    println!("{sum}");
    Ok(())
}
