using System.Security.Cryptography.X509Certificates;
using XdpAudit.Conformance;
using XdpAudit.ConformanceTests;
using XdpAudit.Plugins.Syslog;

namespace XdpAudit.Sinks.Tests;

/// <summary>The contract over each of the ways that syslog goes.</summary>
public abstract class SyslogContractTests(SyslogTransport transport) : SinkConformanceTests
{
    protected override ISinkReceiver Build() => new Receiver(transport);

    private sealed class Receiver : ISinkReceiver
    {
        private readonly X509Certificate2? _root;
        private readonly SyslogReceiver _syslog;
        private ISink? _sink;

        internal Receiver(SyslogTransport transport)
        {
            _root = transport == SyslogTransport.Tls ? Certificates.Root() : null;
            _syslog = new(transport, _root is null ? null : Certificates.Server(_root));
        }

        public ISink Sink => _sink!;

        public Task ComeAsync()
        {
            _syslog.Come();
            _sink ??= new SyslogSink(new() { Target = _syslog.Target, Roots = _root is null ? null : [_root], MaxBatch = 20 }, TimeProvider.System);
            return Task.CompletedTask;
        }

        public Task GoAsync()
        {
            _syslog.Go();
            return Task.CompletedTask;
        }

        public Task<IReadOnlyList<string>> IdsAsync(int count) => _syslog.IdsAsync(count);

        public ValueTask DisposeAsync()
        {
            _root?.Dispose();
            return _syslog.DisposeAsync();
        }
    }
}

public sealed class SyslogUnixContractTests() : SyslogContractTests(SyslogTransport.Unix);

public sealed class SyslogUdpContractTests() : SyslogContractTests(SyslogTransport.Udp);

public sealed class SyslogTcpContractTests() : SyslogContractTests(SyslogTransport.Tcp);

public sealed class SyslogTlsContractTests() : SyslogContractTests(SyslogTransport.Tls);
