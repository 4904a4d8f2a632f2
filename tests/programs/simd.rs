// Vectors through core::arch, chosen at run time.
#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse4.2")]
unsafe fn sse(a: &[i32; 4], b: &[i32; 4]) -> [i32; 4] { unsafe {
    let (x, y) = (_mm_loadu_si128(a.as_ptr().cast()), _mm_loadu_si128(b.as_ptr().cast()));
    let m = _mm_cmpgt_epi32(x, y);
    let s = _mm_add_epi32(_mm_blendv_epi8(x, y, m), _mm_shuffle_epi32::<0b00011011>(x));
    let mut out = [0; 4]; _mm_storeu_si128(out.as_mut_ptr().cast(), _mm_mullo_epi32(s, y)); out } }
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn avx(a: &[f32; 8]) -> (f32, i32, u32) { unsafe {
    let x = _mm256_loadu_ps(a.as_ptr());
    let y = _mm256_fmadd_ps(x, x, _mm256_set1_ps(0.5));
    let lo = _mm_add_ps(_mm256_castps256_ps128(y), _mm256_extractf128_ps::<1>(y));
    let h = _mm_hadd_ps(_mm_hadd_ps(lo, lo), lo);
    (_mm_cvtss_f32(h), _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_GT_OQ>(y, x)), _mm_crc32_u32(7, 9)) } }
fn main() {
    #[cfg(target_arch = "x86_64")] unsafe {
        if is_x86_feature_detected!("sse4.2") { println!("{:?}", sse(&[1, -2, 3, 40], &[5, -6, -7, 8])); }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") { println!("{:?}", avx(&[1., 2., 3., 4., -5., 6., 0.25, 8.])); }
        let c = _popcnt64(0xffff); println!("{c} {}", _mm_cvtsi128_si32(_mm_sad_epu8(_mm_set1_epi8(3), _mm_setzero_si128())));
    }
    let v: Vec<u8> = (0..=255).collect();
    println!("{:?} {:?}", v.iter().position(|&b| b == 200), v.iter().map(|&b| b.wrapping_mul(3)).filter(|b| b % 7 == 0).count());
}
