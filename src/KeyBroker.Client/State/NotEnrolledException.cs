namespace KeyBroker.Client;

/// <summary>The state folder holds no enrolled attestation key.</summary>
public sealed class NotEnrolledException(string folder)
    : Exception($"'{folder}' holds no enrolment: run 'keybroker enroll' first");
