using System.Text.Json;
using Company.Plugin;
using XdpAudit.Abstractions;
using XdpAudit.Conformance;
using XdpAudit.ConformanceTests;

namespace Company.Plugin.Tests;

/// <summary>What every sink promises.</summary>
public sealed class SinkTests : SinkConformanceTests
{
    protected override ISinkReceiver Build() => new Receiver();

    /// <summary>What it delivers to, for real: a file; away is its directory.</summary>
    private sealed class Receiver : ISinkReceiver
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sink");

        public Receiver() => Sink = new Sink(File);

        public ISink Sink { get; }

        private string Home => Path.Combine(_folder.FullName, "home");

        private string File => Path.Combine(Home, "events.jsonl");

        public Task ComeAsync()
        {
            Directory.CreateDirectory(Home);
            return Task.CompletedTask;
        }

        public Task GoAsync()
        {
            Directory.Delete(Home, recursive: true);
            return Task.CompletedTask;
        }

        public Task<IReadOnlyList<string>> IdsAsync(int count) =>
            Task.FromResult<IReadOnlyList<string>>([.. System.IO.File.ReadLines(File).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()!)]);

        public ValueTask DisposeAsync()
        {
            _folder.Delete(recursive: true);
            return default;
        }
    }
}
