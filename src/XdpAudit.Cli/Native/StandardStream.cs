using System.Runtime.InteropServices;
using System.Text;

namespace XdpAudit.Cli;

/// <summary>
/// The standard output or error as a stream of plain write(2) calls. Neither System.Console, which hides a closed pipe so that a follower
/// would never end, nor FileStream, which writes at offsets of its own so that two commands sharing a file would overwrite each other.
/// </summary>
internal sealed class StandardStream(int descriptor) : Stream
{
    internal const int OutputDescriptor = 1;
    internal const int ErrorDescriptor = 2;

    private const int Interrupted = 4; // EINTR
    private const int Again = 11; // EAGAIN
    private const int BrokenPipe = 32; // EPIPE

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>A writer that keeps what it is given until it is flushed; UTF-8, lines end with a line feed.</summary>
    internal static StreamWriter Writer(int descriptor) => new(new StandardStream(descriptor), new UTF8Encoding(false), 16 * 1024);

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var written = LibC.Write(descriptor, buffer);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    break;
                case Again:
                    LibC.AwaitWritable(descriptor);
                    break;
                case BrokenPipe:
                    throw new OutputClosed();
                default:
                    throw new OutputFailed(Marshal.GetLastPInvokeErrorMessage());
            }
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}

/// <summary>Whoever read our output has had enough, as <c>head</c> does.</summary>
internal sealed class OutputClosed() : Exception("the reader of the output has closed it");

/// <summary>The output could not be written, for example to a full disk.</summary>
internal sealed class OutputFailed(string why) : Exception(why);
