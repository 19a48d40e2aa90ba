use std::fmt::Write;

/// Numbers as a JSON list, each as short as it can be written without being another one.
pub(super) fn list(numbers: &[f32], out: &mut String) {
    out.push('[');
    for (at, number) in numbers.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        self::number(*number, out);
    }
    out.push(']');
}

/// One number; what is none in JSON is nought.
pub(super) fn number(number: f32, out: &mut String) {
    let _ = write!(out, "{}", if number.is_finite() { number } else { 0.0 });
}

/// The bytes of numbers, the least first, as base64 has them.
pub(super) fn bytes(numbers: &[f32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_back_as_they_were() {
        let numbers = [0.0, -0.031_25, 0.1, 1.0e-30, 3.402_823_5e38, f32::MIN_POSITIVE, 1.0 / 3.0];
        let mut text = String::new();
        list(&numbers, &mut text);
        let read: Vec<f32> = serde_json::from_str(&text).unwrap();
        assert_eq!(read, numbers);
        let mut text = String::new();
        list(&[f32::NAN, f32::INFINITY], &mut text);
        assert_eq!(text, "[0,0]");
        assert_eq!(bytes(&[1.0]), [0, 0, 128, 63]);
    }
}
