// `core::arch`: what popular crates use of it, chosen at run time.
#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    #[target_feature(enable = "sse4.2,popcnt")]
    pub fn sse42(data: &[u8; 16]) -> (u32, i32, u32) {
        unsafe {
            let v = _mm_loadu_si128(data.as_ptr().cast());
            let mask = _mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(3)));
            let index = _mm_cmpestri::<{ _SIDD_CMP_EQUAL_ANY }>(_mm_set1_epi8(7), 1, v, 16);
            (_mm_crc32_u32(1, mask as u32), index, _popcnt32(mask) as u32)
        }
    }

    #[target_feature(enable = "avx2,fma,bmi1,bmi2,lzcnt")]
    pub fn avx2(data: &[f64; 4]) -> ([f64; 4], u64, u64, u32) {
        unsafe {
            let v = _mm256_loadu_pd(data.as_ptr());
            let v = _mm256_fmadd_pd(v, _mm256_permute4x64_pd::<0b00_01_10_11>(v), _mm256_set1_pd(1.0));
            let ints = _mm256_i32gather_epi64::<8>([10_i64, 20, 30, 40].as_ptr(), _mm_setr_epi32(3, 1, 0, 2));
            let sum = _mm256_extract_epi64::<0>(_mm256_shuffle_epi32::<0b01_00_11_10>(ints)) as u64;
            let mut out = [0.0; 4];
            _mm256_storeu_pd(out.as_mut_ptr(), v);
            (out, sum, _pext_u64(0xff00_ff00, 0x0ff0_0ff0), _lzcnt_u32(1))
        }
    }

    #[target_feature(enable = "aes,pclmulqdq,sha,ssse3")]
    pub fn crypto(x: u64) -> [u64; 4] {
        unsafe {
            let v = _mm_set_epi64x(x as i64, 3);
            let a = _mm_aesenc_si128(v, _mm_aeskeygenassist_si128::<1>(v));
            let b = _mm_clmulepi64_si128::<0x11>(a, v);
            let c = _mm_sha256msg1_epu32(b, _mm_shuffle_epi8(a, v));
            let d = _mm_alignr_epi8::<5>(c, b);
            std::mem::transmute([c, d])
        }
    }
}

fn main() {
    #[cfg(target_arch = "x86_64")]
    unsafe {
        if is_x86_feature_detected!("sse4.2") && is_x86_feature_detected!("popcnt") {
            println!("{:?}", x86::sse42(&[1, 3, 3, 7, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]));
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") && is_x86_feature_detected!("bmi2") {
            println!("{:?}", x86::avx2(&[1.0, 2.0, 3.0, 4.0]));
        }
        if is_x86_feature_detected!("sha") && is_x86_feature_detected!("aes") {
            println!("{:?}", x86::crypto(0x1234_5678_9abc_def0));
        }
        println!("{}", std::arch::x86_64::_rdtsc() > 0);
        println!("{}", std::arch::x86_64::__cpuid(0).eax > 0);
    }
}
