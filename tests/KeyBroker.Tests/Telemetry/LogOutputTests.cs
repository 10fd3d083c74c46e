using System.Text;
using KeyBroker.Telemetry;
using Xunit;

namespace KeyBroker.Tests.Telemetry;

/// <summary>TEL-10: every line that was taken is written once and in order, and many in one write.</summary>
public sealed class LogOutputTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Lines_of_many_threads_come_out_whole_and_each_threads_in_order()
    {
        const int Threads = 8;
        const int Lines = 20_000; // More than is kept waiting.
        var written = new Written();
        await using (var output = new LogOutput(written))
        {
            await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
            {
                for (var line = 0; line < Lines; line++)
                {
                    Write(output, $"{thread} {line}");
                }
            })));
        }

        var lines = written.Text.Split('\n')[..^1].Select(line => line.Split(' ')).ToLookup(line => line[0], line => line[1]);
        Assert.Equal(Threads, lines.Count);
        Assert.All(lines, thread => Assert.Equal(Enumerable.Range(0, Lines).Select(line => $"{line}"), thread));
        Assert.InRange(written.Writes, 1, Threads * Lines / 10);
    }

    [Fact]
    public async Task A_line_is_written_although_no_other_follows()
    {
        var written = new Written();
        await using var output = new LogOutput(written);
        Write(output, "alone");
        Assert.True(SpinWait.SpinUntil(() => written.Text == "alone\n", s_patience));
    }

    [Fact]
    public async Task A_line_after_the_end_is_written_at_once()
    {
        var written = new Written();
        var output = new LogOutput(written);
        Write(output, "before");
        await output.DisposeAsync();
        Write(output, "after");
        Assert.Equal("before\nafter\n", written.Text);
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(UnauthorizedAccessException))] // Standard output that is closed, or open to read.
    public async Task An_output_that_fails_does_not_stop_those_who_write(Type failure)
    {
        var written = new Written { Failure = (Exception)Activator.CreateInstance(failure)! };
        await using var output = new LogOutput(written);
        Write(output, "lost");
        Assert.True(SpinWait.SpinUntil(() => written.Writes > 0, s_patience));
        written.Failure = null;
        Write(output, "kept");
        Assert.True(SpinWait.SpinUntil(() => written.Text == "kept\n", s_patience));
    }

    private static void Write(LogOutput output, string line) => output.Write(new StringBuilder(line).Append('\n'), urgent: false);

    /// <summary>Keeps what is written, or fails.</summary>
    private sealed class Written : TextWriter
    {
        private readonly Lock _lock = new();
        private readonly StringBuilder _kept = new();
        private int _writes;

        public Exception? Failure { get; set; }

        public int Writes => Volatile.Read(ref _writes);

        public override Encoding Encoding => Encoding.UTF8;

        public string Text
        {
            get
            {
                lock (_lock)
                {
                    return _kept.ToString();
                }
            }
        }

        public override void Write(StringBuilder? value)
        {
            lock (_lock)
            {
                _writes++;
                if (Failure is not null)
                {
                    throw Failure;
                }

                _kept.Append(value);
            }
        }
    }
}
