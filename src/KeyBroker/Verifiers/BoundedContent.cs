namespace KeyBroker.Verifiers;

/// <summary>Reads what a verifier sends, up to a bound: an endless answer is no answer.</summary>
internal static class BoundedContent
{
    private const int Chunk = 16 * 1024;

    /// <exception cref="UnusableAnswerException">It is longer.</exception>
    /// <exception cref="IOException">The connection broke before its end.</exception>
    public static async Task<byte[]> ReadAsync(HttpContent content, int most, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength > most)
        {
            throw TooLong(most);
        }

        await using var stream = await content.ReadAsStreamAsync(cancellation);
        using var bytes = new MemoryStream();
        var buffer = new byte[Chunk];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellation)) > 0)
        {
            if (bytes.Length + count > most)
            {
                throw TooLong(most);
            }

            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }

    private static UnusableAnswerException TooLong(int most) => new($"more than {most} bytes");
}
